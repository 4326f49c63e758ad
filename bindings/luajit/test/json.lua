-- Reads JSON, half a surrogate pair as the three bytes that it would take. Members of the name `raw` stay JSON.
local ESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local null = {}
local NAMES = { ["true"] = true, ["false"] = false, null = null }

local function utf8(code)
  if code < 0x80 then return string.char(code) end
  if code < 0x800 then return string.char(0xC0 + math.floor(code / 64), 0x80 + code % 64) end
  return string.char(0xE0 + math.floor(code / 4096), 0x80 + math.floor(code / 64) % 64, 0x80 + code % 64)
end

local function text(source, place)
  local parts = {}
  while true do
    local plain, mark, next_place = source:match('^([^"\\]*)(["\\])()', place)
    parts[#parts + 1] = plain
    if mark == '"' then return table.concat(parts), next_place end
    local code = source:match("^u(%x%x%x%x)", next_place)
    local escaped = source:sub(next_place, next_place)
    parts[#parts + 1] = code and utf8(tonumber(code, 16)) or ESCAPES[escaped] or escaped
    place = next_place + (code and 5 or 1)
  end
end

local function value(source, place, raw)
  place = source:match("^[%s,:]*()", place)
  local first = source:sub(place, place)
  if first == '"' then return text(source, place + 1) end
  if first ~= "{" and first ~= "[" then
    local word, next_place = source:match("^([%w.+-]+)()", place)
    if NAMES[word] ~= nil then return NAMES[word], next_place end
    return tonumber(word), next_place
  end
  local all, key = {}, 0
  place = place + 1
  while not source:match("^[%s,]*[%]}]", place) do
    if first == "{" then
      key, place = value(source, place)
      place = source:match("^[%s:]*()", place)
    else
      key = key + 1
    end
    local from = place
    all[key], place = value(source, place, raw)
    if key == raw then all[key] = source:sub(from, place - 1) end
  end
  return all, source:match("^[%s,]*[%]}]()", place)
end

return { null = null, decode = function(source, raw) return (value(source, 1, raw)) end }
