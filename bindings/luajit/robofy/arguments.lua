-- Lua's values on their way to C. A wrong type is raised; a value that C would silently change is thrown as a refusal,
-- which `checked` turns into nil and the refusal.
local failure = require "robofy.failure"
local getters = require "robofy.getters"
local statuses = require "robofy.statuses"

local arguments = {}

function arguments.expect(kind, name, value)
  if type(value) ~= kind then
    error(("%s must be a %s, not %s"):format(name, kind, value == nil and "nil" or "a " .. type(value)), 0)
  end
  return value
end

function arguments.refuse(...) error(failure { status = "invalid_argument", message = string.format(...) }, 0) end

local expect, refuse = arguments.expect, arguments.refuse

function arguments.text(name, value)
  local index = expect("string", name, value):find("\0", 1, true)
  if index then refuse("%s contains a NUL at byte %d: remove it", name, index) end
  return value
end

-- The characters of UTF-8 beyond ASCII (Unicode, table 3-7).
local CHARACTERS = {
  "^[\194-\223][\128-\191]",
  "^\224[\160-\191][\128-\191]",
  "^[\225-\236\238\239][\128-\191][\128-\191]",
  "^\237[\128-\159][\128-\191]",
  "^\240[\144-\191][\128-\191][\128-\191]",
  "^[\241-\243][\128-\191][\128-\191][\128-\191]",
  "^\244[\128-\143][\128-\191][\128-\191]",
}

-- Of a byte that may begin a character, and those after it that may go on with one. What was cut of one is one U+FFFD.
local function repaired(bytes)
  for _, character in ipairs(CHARACTERS) do
    local _, last = bytes:find(character)
    if last then return bytes:sub(1, last) .. ("\239\191\189"):rep(#bytes - last) end
  end
  return ("\239\191\189"):rep(bytes:find "^[\194-\244]" and 1 or #bytes)
end

-- What a user wrote: bytes that are not UTF-8, as of an emoji that was cut, become U+FFFD.
function arguments.message_text(name, value)
  return (arguments.text(name, value):gsub("[\128-\255][\128-\191]*", repaired))
end

-- What anybody could sign with is none.
function arguments.secret(name, value)
  if arguments.text(name, value) == "" then refuse("%s must not be empty", name) end
  if arguments.message_text(name, value) ~= value then refuse("%s is not valid UTF-8", name) end
  return value
end

-- What a stranger wrote: whatever it holds is no mistake of the program's. A NUL would end it early.
function arguments.header(name, value) return (expect("string", name, value):gsub("%z", "\255")) end

-- One of an enumeration, by its name.
function arguments.member(name, value, numbers)
  local number, names = numbers[expect("string", name, value)], {}
  if number then return number end
  for known, place in pairs(numbers) do names[place + 1] = known end
  refuse("%s must be one of %s, not %q", name, table.concat(names, ", "), value)
end

function arguments.milliseconds(name, seconds)
  expect("number", name, seconds)
  if not (seconds > 0 and seconds <= 1e9) then
    refuse("%s must be more than 0 and at most 1000000000 seconds, not %s", name, seconds)
  end
  return math.max(1, math.floor(seconds * 1000 + 0.5))
end

-- Which may be none.
function arguments.duration(name, seconds) return seconds == 0 and 0 or arguments.milliseconds(name, seconds) end

local function integer(name, value, least, most)
  expect("number", name, value)
  if not (value >= least and value <= most and value % 1 == 0) then
    refuse("%s must be an integer between %d and %.0f, not %s", name, least, most, value)
  end
  return value
end

function arguments.integer(name, value) return integer(name, value, 0, 2 ^ 32 - 1) end

function arguments.count(name, value) return integer(name, value, 1, 2 ^ 32 - 1) end

function arguments.code(name, value) return integer(name, value, 0, 2 ^ 31 - 1) end

function arguments.size(name, value) return integer(name, value, 1, 2 ^ 53) end

function arguments.boolean(name, value) return expect("boolean", name, value) end

function arguments.callback(name, value) return expect("function", name, value) end

function arguments.rate(name, value)
  if #expect("table", name, value) > 2 then refuse("%s must be { per_minute, burst }", name) end
  return integer(name .. "'s per_minute", value[1], 1, 2 ^ 32 - 1),
    integer(name .. "'s burst", value[2] or 1, 1, 2 ^ 32 - 1)
end

function arguments.dialect(name, value) return arguments.member(name, value, getters.dialects) end

function arguments.media(name, value) return arguments.member(name, value, getters.media_policies) end

-- One a line.
function arguments.words(name, value)
  for _, word in ipairs(expect("table", name, value)) do
    if arguments.text(name, word):find "\n" then refuse("%s must have no line breaks", name) end
  end
  return table.concat(value, "\n")
end

-- A text for all failures, or texts by status: texts by the status's number.
function arguments.fallback(name, value)
  local texts = {}
  if type(value) == "string" then value = { ok = value } end
  for status, text in pairs(expect("table", name, value)) do
    texts[arguments.member("a status of " .. name, status, statuses)] = arguments.text(name, text)
  end
  return texts
end

local here = debug.getinfo(1, "S").source:match "^.*[/\\]" or "\0"

-- Raises a mistake of the program, where that calls this package.
function arguments.mistake(message)
  local level, info = 1, nil
  repeat
    level = level + 1
    info = debug.getinfo(level, "S")
  until not info or info.source:sub(1, #here) ~= here
  error(message, level)
end

-- How long to wait: milliseconds, nil for ever; a bad number is a mistake.
function arguments.wait(seconds)
  if not seconds or seconds == 0 then return seconds end
  local milliseconds, refusal = arguments.checked(arguments.milliseconds, "seconds", seconds)
  if refusal then arguments.mistake(refusal.message) end
  return milliseconds
end

-- What a function returns, or nil and the refusal that it threw; a mistake is raised.
function arguments.checked(work, ...)
  local ok, result = pcall(work, ...)
  if ok then return result end
  if type(result) == "table" then return nil, result end
  arguments.mistake(result)
end

return arguments
