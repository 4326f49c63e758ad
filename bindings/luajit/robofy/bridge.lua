-- Values on their way into the library, and what comes out of it.
local ffi = require "ffi"
local arguments = require "robofy.arguments"
local getters = require "robofy.getters"
local native = require "robofy.native"

-- Compiled code sees no Ctrl-C, and LuaJIT 2.1.0-beta3 miscompiles loops over pairs() that call string functions.
jit.off(true, true)

local bridge = {}

-- Checks what is given: by name, a list of what C takes.
function bridge.checked(known, given)
  local values = {}
  for name, value in pairs(given) do
    local parameter = known[name] or error("unknown argument: " .. tostring(name), 0)
    values[name] = { parameter[1](name, value) }
  end
  return values
end

function bridge.set(target, known, values)
  for name, value in pairs(values) do
    local setter = known[name][2]
    if setter then native.library()[setter](target, unpack(value)) end
  end
  return target
end

-- A pointer that the garbage collector gives back to the library.
function bridge.own(kind, pointer) return ffi.gc(pointer, native.library()["robofy_" .. kind .. "_free"]) end

function bridge.free(kind, pointer) native.library()["robofy_" .. kind .. "_free"](ffi.gc(pointer, nil)) end

-- Reads what the library gave, and gives it back; a response keeps what its headers are read from.
function bridge.take(kind, pointer)
  local library = native.library()
  local value = getters[kind](library, pointer)
  local response = kind == "response" and value or value and value.response
  if response then
    response.pointer = kind == "response" and pointer or library.robofy_completion_response(pointer)
    response.owner = bridge.own(kind, pointer)
  else
    library["robofy_" .. kind .. "_free"](pointer)
  end
  return value
end

local lent = setmetatable({}, { __mode = "k" })

-- Remembers the pointer that a table was read of, which lives as long as the table, as does its owner.
function bridge.lend(value, pointer, owner)
  lent[value] = { pointer, owner }
  return value
end

function bridge.lent(name, value, advice)
  local found = lent[arguments.expect("table", name, value)]
  if not found then arguments.refuse("%s is not the library's: %s", name, advice) end
  return found[1]
end

-- A text that is the caller's; nil for NULL.
function bridge.take_text(pointer)
  if pointer == nil then return nil end
  local text = ffi.string(pointer)
  native.library().robofy_free_string(pointer)
  return text
end

-- Calls a function whose last parameter is the place for an error: what it returned, or nil and the error, if any.
function bridge.attempt(name, ...)
  local place, given, count = ffi.new "RobofyError *[1]", { ... }, select("#", ...) + 1
  given[count] = place
  local result = native.library()[name](unpack(given, 1, count))
  if result ~= nil and result ~= false and place[0] == nil then return result end
  return nil, bridge.take("error", place[0])
end

-- The same of what does not return without a result: throws the error.
function bridge.demand(name, ...)
  local result, failure = bridge.attempt(name, ...)
  return result or error(failure, 0)
end

-- Between two waits of this length Lua sees Ctrl-C.
local SLICE_MS = 200

-- Waits in slices, in milliseconds and for ever without a number: what `wait(slice)` gives when it is not nil.
function bridge.in_slices(milliseconds, wait)
  while not milliseconds or milliseconds > SLICE_MS do
    local result, failure = wait(SLICE_MS)
    if result ~= nil then return result, failure end
    milliseconds = milliseconds and milliseconds - SLICE_MS
  end
  return wait(milliseconds)
end

return bridge
