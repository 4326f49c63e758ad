-- A client for tests of programs: it answers from a script, without library and network, and keeps what it was asked.
local results = require "robofy.results"

local Fake = {}
Fake.__index = Fake

-- What ends a message: the script's next answer, reply or error, or what its function makes of the message.
function Fake:end_of(message)
  if self.closed then error("this client is closed: make another", 3) end
  if type(message.query) ~= "string" then error("query must be a string", 3) end
  self.asked[#self.asked + 1] = message
  local last = self.script[#self.asked]
  if last == nil then error("the script has no answer left", 3) end
  if type(last) == "function" then last = last(message) end
  if type(last) == "string" then last = results.answer(last, message.session_id) end
  if last.status then return nil, last end
  return last
end

function Fake:whatsapp_chat(message) return self:end_of(message) end

function Fake:submit(message)
  local reply, failure = self:end_of(message)
  local tag = #self.asked
  self.ended[#self.ended + 1] = { tag = tag, reply = reply, error = failure }
  return tag
end

function Fake:poll() return table.remove(self.ended, 1) end

-- A chat that was not polled yet counts as in flight.
function Fake:cancel(tag)
  for _, completion in ipairs(self.ended) do
    if completion.tag == tag then
      completion.reply, completion.error = nil, results.failure { status = "cancelled" }
      return true
    end
  end
  return false
end

-- There is none to watch: poll() never waits.
function Fake:poll_fd() return nil end

function Fake:stats() return ('{"in_flight":0,"uncollected":%d}'):format(#self.ended) end

function Fake:close() self.closed = true end

return {
  -- A client whose `asked` are the messages so far.
  new = function(script) return setmetatable({ script = script, asked = {}, ended = {} }, Fake) end,
}
