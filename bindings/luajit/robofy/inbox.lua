-- From what users write to what is sent to them: each burst of messages is answered once.
local arguments = require "robofy.arguments"
local bridge = require "robofy.bridge"
local Client = require("robofy.client").Client
local getters = require "robofy.getters"
local native = require "robofy.native"
local parameters = require "robofy.parameters"

-- Compiled code sees no Ctrl-C, and LuaJIT 2.1.0-beta3 miscompiles loops over pairs() that call string functions.
jit.off(true, true)

---@class robofy.Inbox
local Inbox = {}
Inbox.__index = Inbox

local function set(options, values)
  local library = native.library()
  for name, value in pairs(values) do
    local _, setter, beside = unpack(parameters.inbox[name])
    if name == "fallback" then
      for status, text in pairs(value[1]) do library[setter](options, status, text) end
    elseif beside then
      library[setter](options, value[1], values[beside] and values[beside][1])
    elseif setter then
      library[setter](options, value[1])
    end
  end
  return options
end

-- Throws a refusal.
local function new(client, given)
  if getmetatable(client) ~= Client then error("client must be what robofy.client gives", 0) end
  local values = bridge.checked(parameters.inbox, arguments.expect("table", "options", given or {}))
  local ids = client:whole({ "pid", "chatbot_id" }, { pid = given and given.pid, chatbot_id = given and given.chatbot_id })
  local options = set(bridge.own("inbox_options", native.library().robofy_inbox_options_new()), values)
  local pointer = bridge.demand("robofy_inbox_new", client:open_pointer(), ids.pid, ids.chatbot_id, options)
  bridge.free("inbox_options", options)
  return setmetatable({ pointer = bridge.own("inbox", pointer), process = native.process() }, Inbox)
end

function Inbox:open_pointer()
  return self.pointer or arguments.mistake "this inbox is closed: make another"
end

local function offer(inbox, event)
  local pointer = bridge.lent("event", event, "give one that a webhook has read, or use offer_text")
  return getters.accepts[bridge.demand("robofy_inbox_offer", inbox, pointer)] or "ignored"
end

---Takes an event of a webhook. What is "queued" is kept when this returns: with a path, on disk and synced. An error of the
---status "storage" or "overloaded" is to be answered with 503: the event comes again.
---@param event robofy.Event
---@return robofy.Accept?
---@return robofy.Error?
function Inbox:offer(event) return arguments.checked(offer, self:open_pointer(), event) end

local function offer_text(inbox, channel_id, user, message_id, text)
  if channel_id ~= nil then channel_id = arguments.text("channel_id", channel_id) end
  user, message_id = arguments.text("user", user), arguments.text("message_id", message_id)
  text = arguments.message_text("text", text)
  return getters.accepts[bridge.demand("robofy_inbox_offer_text", inbox, channel_id, user, message_id, text)] or "ignored"
end

---Takes a text, for who has no webhook.
---@param channel_id? string The business's side of the conversation; nil where there is one alone.
---@param user string The sender's number, or other identifier.
---@param message_id string The channel's identifier of the message, by which it is a duplicate when it comes again.
---@param text string
---@return robofy.Accept?
---@return robofy.Error?
function Inbox:offer_text(channel_id, user, message_id, text)
  return arguments.checked(offer_text, self:open_pointer(), channel_id, user, message_id, text)
end

---The next outcome: waits up to so many seconds, or without a number until there is one. Nil if none came in time, and in a
---forked child.
---@param seconds? number
---@return robofy.Outcome?
function Inbox:poll(seconds)
  local library, inbox, milliseconds = native.library(), self:open_pointer(), arguments.wait(seconds)
  if self.process ~= native.process() then return nil end
  local pointer = bridge.in_slices(milliseconds, function(slice)
    local pointer = library.robofy_inbox_poll(inbox, slice)
    if pointer ~= nil then return pointer end
  end)
  if not pointer then return nil end
  bridge.own("outcome", pointer)
  return bridge.lend(getters.outcome(library, pointer), pointer)
end

-- For a loop: `for outcome in inbox do`.
function Inbox:__call() return self:poll() end

---A descriptor for event loops, readable while outcomes wait: then call poll(0) until it returns nil. It must not be read
---or closed. Nil if the process has none left, and in a forked child.
---@return integer?
function Inbox:poll_fd()
  local descriptor = native.library().robofy_inbox_poll_fd(self:open_pointer())
  return descriptor >= 0 and descriptor or nil
end

local function report(name, inbox, outcome, part, ...)
  local pointer = bridge.lent("outcome", outcome, "report one that was polled")
  return bridge.demand(name, inbox, pointer, arguments.count("part", part) - 1, ...)
end

local function sent(inbox, outcome, part, provider_id)
  if provider_id ~= nil then provider_id = arguments.text("provider_id", provider_id) end
  return report("robofy_inbox_sent", inbox, outcome, part, provider_id)
end

---A part was sent. An error of the status "storage" means that this is not kept: report it again.
---@param outcome robofy.Outcome
---@param part integer Its index in `outcome.parts`, from 1 on.
---@param provider_id? string The channel's identifier of it, if there is one.
---@return true?
---@return robofy.Error?
function Inbox:sent(outcome, part, provider_id)
  return arguments.checked(sent, self:open_pointer(), outcome, part, provider_id)
end

local function failed(inbox, outcome, part, code)
  local is_lost = arguments.expect("number", "code", code) < 0
  return report("robofy_inbox_failed", inbox, outcome, part, is_lost and -1 or arguments.code("code", code))
end

---A part could not be sent. Send no more of that outcome: what is left of it comes again by itself, or is given up.
---@param outcome robofy.Outcome
---@param part integer Its index in `outcome.parts`, from 1 on.
---@param code integer Meta's error code; else the HTTP status, from 400 on; less than 0 for a connection that was lost.
---@return true?
---@return robofy.Error?
function Inbox:failed(outcome, part, code)
  return arguments.checked(failed, self:open_pointer(), outcome, part, code)
end

local function pause(inbox, session_id, seconds)
  session_id = arguments.text("session_id", session_id)
  return bridge.demand("robofy_inbox_pause", inbox, session_id, arguments.duration("seconds", seconds))
end

---A person has this user's conversation for so many seconds: the agent is silent.
---@param session_id string
---@param seconds number
---@return true?
---@return robofy.Error?
function Inbox:pause(session_id, seconds) return arguments.checked(pause, self:open_pointer(), session_id, seconds) end

local function resume(inbox, session_id)
  return bridge.demand("robofy_inbox_resume", inbox, arguments.text("session_id", session_id))
end

---The agent has it again.
---@param session_id string
---@return true?
---@return robofy.Error?
function Inbox:resume(session_id) return arguments.checked(resume, self:open_pointer(), session_id) end

---The inbox's figures: the text of a JSON object, which robofy.h describes. Nil if what is kept cannot be read, and in a
---forked child.
---@return string?
function Inbox:stats() return bridge.take_text(native.library().robofy_inbox_stats(self:open_pointer())) end

---Lets go of it; what was queued stays at its path. May be called again.
function Inbox:close()
  if self.pointer then bridge.free("inbox", self.pointer) end
  self.pointer = nil
end

return {
  ---An inbox for an agent, which asks it with this client, and may outlive that. What an earlier inbox has left at its path
  ---is taken up at once.
  ---@param client robofy.Client
  ---@param options? robofy.InboxOptions
  ---@return robofy.Inbox?
  ---@return robofy.Error?
  new = function(client, options) return arguments.checked(new, client, options) end,
}
