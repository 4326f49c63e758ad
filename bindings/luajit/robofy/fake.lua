-- A client for tests of programs: it answers from a script, without library and network, and keeps what it was asked.
local arguments = require "robofy.arguments"
local calls = require "robofy.calls"
local client = require "robofy.client"
local failure = require "robofy.failure"
local getters = require "robofy.getters"

local Fake = { open_pointer = client.Client.open_pointer, whole = client.Client.whole }
Fake.__index = Fake

local function escape(character) return ("\\u%04x"):format(character:byte()) end

local function reply(text, session_id)
  local body = ('{"data":{"answer":"%s"}}'):format(text:gsub('[%c"\\]', escape))
  local fields = { answer = text, session_id = session_id, message = "Success", body = body, attempts = 1, elapsed = 0 }
  return setmetatable(fields, getters.Reply)
end

-- The script's next end of what was asked, or what its function makes of that; a text as what `make` makes of it.
local function last_of(self, asked, make)
  local index = #self.asked + 1
  self.asked[index] = asked
  local last = self.script[index]
  if type(last) == "function" then last = last(asked) end
  if last == nil then arguments.mistake "the script has no answer left" end
  return type(last) == "string" and make(last) or last, index
end

local function is_error(last) return getmetatable(last) == getters.Error end

local function begin(self, asked, kind, make)
  local last, tag = last_of(self, asked, make)
  table.insert(self.ended, { tag = tag, [is_error(last) and "error" or kind] = last })
  return tag
end

local function send(self, submit, ...)
  local tag, refusal = submit(self, ...)
  local completion = tag and table.remove(self.ended) or { error = refusal }
  return completion.reply or completion.response, completion.error
end

-- Throws as a client does.
local function checked(self, message)
  self:open_pointer()
  return arguments.checked(calls.check, self, message)
end

function Fake:submit(message)
  local values, refusal = checked(self, message)
  if not values then return nil, refusal end
  return begin(self, message, "reply", function(text) return reply(text, message.session_id) end)
end

Fake.submit_chat = Fake.submit

-- A text is the data of the response: JSON.
local function response(data)
  local body = ('{"data":%s}'):format(data)
  local fields = { status = 200, body = body, data = data, attempts = 1, elapsed = 0, headers = {} }
  return setmetatable(fields, getters.Response)
end

function Fake:submit_request(method, path, options)
  self:open_pointer()
  return begin(self, { method = method, path = path, options = options }, "response", response)
end

function Fake:submit_upload(path, upload, options)
  self:open_pointer()
  return begin(self, { path = path, upload = upload, options = options }, "response", response)
end

function Fake:whatsapp_chat(...) return send(self, self.submit, ...) end
function Fake:chat_send(...) return send(self, self.submit_chat, ...) end
function Fake:request(...) return send(self, self.submit_request, ...) end
function Fake:upload(...) return send(self, self.submit_upload, ...) end

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
