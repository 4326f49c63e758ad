-- A client for tests of programs: it answers from a script, without library and network, and keeps what it was asked.
local arguments = require "robofy.arguments"
local client = require "robofy.client"
local failure = require "robofy.failure"
local getters = require "robofy.getters"

local Fake = { open_pointer = client.Client.open_pointer }
Fake.__index = Fake

local function escape(character) return ("\\u%04x"):format(character:byte()) end

local function reply(text, session_id)
  local body = ('{"data":{"answer":"%s"}}'):format(text:gsub('[%c"\\]', escape))
  local fields = { answer = text, session_id = session_id, message = "Success", body = body, attempts = 1, elapsed = 0 }
  return setmetatable(fields, getters.Reply)
end

-- What ends the message is the script's next answer, reply or error, or what its function makes of the message.
function Fake:submit(message)
  self:open_pointer()
  local values, refusal = arguments.checked(client.check, self, message)
  if not values then return nil, refusal end
  local tag = #self.asked + 1
  self.asked[tag] = message
  local last = self.script[tag]
  if type(last) == "function" then last = last(message) end
  if last == nil then arguments.mistake "the script has no answer left" end
  if type(last) == "string" then last = reply(last, message.session_id) end
  table.insert(self.ended, { tag = tag, [last.status and "error" or "reply"] = last })
  return tag
end

function Fake:whatsapp_chat(message)
  local tag, refusal = self:submit(message)
  local completion = tag and table.remove(self.ended) or { error = refusal }
  return completion.reply, completion.error
end

function Fake:poll() return self:open_pointer() and table.remove(self.ended, 1) end

-- A chat that was not polled yet counts as in flight.
function Fake:cancel(tag)
  self:open_pointer()
  for _, completion in ipairs(self.ended) do
    if completion.tag == tag then
      completion.reply, completion.error = nil, failure { status = "cancelled" }
      return true
    end
  end
  return false
end

-- There is none to watch: poll() never waits.
function Fake:poll_fd() return self:open_pointer() and nil end

function Fake:stats() return self:open_pointer() and ('{"in_flight":0,"uncollected":%d}'):format(#self.ended) end

function Fake:close() self.pointer = nil end

return {
  -- A client whose `asked` are the messages so far.
  new = function(script)
    local fake = { script = script, asked = {}, ended = {}, pointer = true, pid = "pid", chatbot_id = "chatbot_id" }
    return setmetatable(fake, Fake)
  end,
}
