-- An agent's answer as WhatsApp text, in messages that fit. Nothing here waits, and no client is needed.
local ffi = require "ffi"
local arguments = require "robofy.arguments"
local bridge = require "robofy.bridge"
local getters = require "robofy.getters"
local native = require "robofy.native"

jit.off(true, true)

local function format(answer, dialect)
  local source = arguments.message_text("text", answer)
  local number = arguments.member("dialect", dialect == nil and "auto" or dialect, getters.dialects)
  return bridge.take_text(bridge.demand("robofy_whatsapp_format", source, number))
end

local function split(source, limit)
  local size = arguments.integer("limit", limit == nil and 0 or limit)
  source = arguments.message_text("text", source)
  local pointer = bridge.own("parts", bridge.demand("robofy_whatsapp_split", source, size))
  local library, parts = native.library(), {}
  for index = 0, library.robofy_parts_count(pointer) - 1 do
    parts[index + 1] = ffi.string(library.robofy_parts_text(pointer, index))
  end
  bridge.free("parts", pointer)
  return parts
end

local function parts(answer, limit) return split(format(answer), limit) end

local Reply = getters.Reply
Reply.__index = Reply

---The answer as the WhatsApp messages to send: `robofy.format`, then `robofy.split`.
---@param limit? integer
---@return string[]?
---@return robofy.Error?
function Reply:parts(limit) return arguments.checked(parts, self.answer, limit) end

return {
  ---An agent's answer as WhatsApp text. Code and URLs are left as they are;
  ---formatting twice changes nothing unless the dialect is Markdown.
  ---@param answer string
  ---@param dialect? robofy.Dialect What it is written in; nil for "auto".
  ---@return string?
  ---@return robofy.Error?
  format = function(answer, dialect) return arguments.checked(format, answer, dialect) end,

  ---A WhatsApp text as messages that fit, none of them blank: a blank text has none.
  ---@param source string
  ---@param limit? integer The most UTF-16 units of one; nil or 0 for the 4 096 of the Cloud API. Twilio takes 1 600.
  ---@return string[]?
  ---@return robofy.Error?
  split = function(source, limit) return arguments.checked(split, source, limit) end,
}
