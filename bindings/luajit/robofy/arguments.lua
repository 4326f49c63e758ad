-- Lua's values on their way to C. A wrong type is raised; a value that C would silently change is thrown as a refusal,
-- which `checked` turns into nil and the refusal.
local results = require "robofy.results"

local arguments = {}

local function expect(kind, name, value)
  if type(value) ~= kind then
    error(("%s must be a %s, not %s"):format(name, kind, value == nil and "nil" or "a " .. type(value)), 0)
  end
end

local function refuse(...)
  error(results.failure { status = "invalid_argument", message = string.format(...) }, 0)
end

function arguments.text(name, value)
  expect("string", name, value)
  local index = value:find("\0", 1, true)
  if index then refuse("%s contains a NUL at byte %d: remove it", name, index) end
  return value
end

-- How many bytes at this place are one character of UTF-8, or what was cut of one, and whether it is whole.
local function character(text, place)
  local first = text:byte(place)
  if first < 0x80 then return 1, true end
  if first < 0xC2 or first > 0xF4 then return 1, false end
  local length = first >= 0xF0 and 4 or first >= 0xE0 and 3 or 2
  local least = first == 0xE0 and 0xA0 or first == 0xF0 and 0x90 or 0x80
  local most = first == 0xED and 0x9F or first == 0xF4 and 0x8F or 0xBF
  for more = 1, length - 1 do
    local byte = text:byte(place + more)
    if not byte or byte < least or byte > most then return more, false end
    least, most = 0x80, 0xBF
  end
  return length, true
end

-- What a user wrote: bytes that are not UTF-8, as of an emoji that was cut, become U+FFFD.
function arguments.message_text(name, value)
  arguments.text(name, value)
  if not value:find "[\128-\255]" then return value end
  local parts, place = {}, 1
  while place <= #value do
    local length, whole = character(value, place)
    parts[#parts + 1] = whole and value:sub(place, place + length - 1) or "\239\191\189"
    place = place + length
  end
  return table.concat(parts)
end

function arguments.milliseconds(name, seconds)
  expect("number", name, seconds)
  if not (seconds > 0 and seconds <= 1e9) then
    refuse("%s must be more than 0 and at most 1000000000 seconds, not %s", name, seconds)
  end
  return math.max(1, math.floor(seconds * 1000 + 0.5))
end

local function integer(name, value, least, most)
  expect("number", name, value)
  if not (value >= least and value <= most and value % 1 == 0) then
    refuse("%s must be an integer between %d and %.0f, not %s", name, least, most, value)
  end
  return value
end

function arguments.integer(name, value) return integer(name, value, 0, 2 ^ 32 - 1) end

function arguments.size(name, value) return integer(name, value, 1, 2 ^ 53) end

function arguments.boolean(name, value)
  expect("boolean", name, value)
  return value
end

function arguments.rate(name, value)
  expect("table", name, value)
  return integer(name .. "'s per_minute", value[1], 1, 2 ^ 32 - 1),
    integer(name .. "'s burst", value[2] or 1, 1, 2 ^ 32 - 1)
end

local here = debug.getinfo(1, "S").source:match "^(.*[/\\])"

-- The level, for the function that asks, of the first one outside of this package: the mistake is there.
local function level_outside()
  local level = 2
  repeat
    level = level + 1
    local info = debug.getinfo(level, "S")
  until not (here and info and info.source:sub(1, #here) == here)
  return level - 1
end

-- What a function returns, or nil and the refusal that it threw; other errors pass.
function arguments.checked(work, ...)
  local ok, result, reason = pcall(work, ...)
  if ok then return result, reason end
  if type(result) == "table" then return nil, result end
  error(result, level_outside())
end

return arguments
