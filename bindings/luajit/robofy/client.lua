local arguments = require "robofy.arguments"
local bridge = require "robofy.bridge"
local calls = require "robofy.calls"
local lists = require "robofy.lists"
local native = require "robofy.native"
local parameters = require "robofy.parameters"
local stream = require "robofy.stream"

-- Compiled code sees no Ctrl-C, and LuaJIT 2.1.0-beta3 miscompiles loops over pairs() that call string functions.
jit.off(true, true)

local Client = {}
Client.__index = Client

-- Throws a refusal.
local function new(api_key, options)
  local library = native.library()
  local key = api_key or os.getenv "ROBOFY_API_KEY" or ""
  if not api_key and key == "" then arguments.refuse "api_key is missing: give it, or set ROBOFY_API_KEY" end
  arguments.text("api_key", key)
  local values = bridge.checked(parameters.options, arguments.expect("table", "options", options))
  local native_options = bridge.set(library.robofy_options_new(), parameters.options, values)
  local pointer, failure = bridge.attempt("robofy_client_new", key, native_options)
  library.robofy_options_free(native_options)
  if not pointer then error(failure, 0) end
  return setmetatable({
    pointer = bridge.own("client", pointer),
    pid = options.pid,
    chatbot_id = options.chatbot_id,
    log = options.log,
    process = native.process(),
    last_tag = 0,
    uncollected = 0,
  }, Client)
end

-- What is given, and what the client has for all messages. Raises what is missing.
function Client:whole(needed, given)
  local whole = {}
  for _, name in ipairs(needed) do whole[name] = self[name] end
  for name, value in pairs(given) do whole[name] = value end
  for _, name in ipairs(needed) do
    if whole[name] == nil then error(name .. " is missing: give it to the message or to the client", 0) end
  end
  return whole
end

-- Gives back a reply or response, or nil and an error, of which the program's log is told if something went wrong. A
-- log that fails must not cost the program an answer.
function Client:logged(reply, failure)
  local line = self.log and (failure and ("a call failed (%s): %s"):format(failure.status, failure.message)
    or reply.attempts > 1 and ("a call took %d attempts and %.1f s"):format(reply.attempts, reply.elapsed))
  if line then
    local ok, raised = pcall(self.log, line)
    if not ok then io.stderr:write("robofy: the log failed: ", tostring(raised), "\n") end
  end
  return reply, failure
end

function Client:open_pointer()
  if not self.pointer then arguments.mistake "this client is closed: make another" end
  if self.process ~= native.process() then
    -- In a forked child what the parent submitted is the parent's.
    self.process, self.uncollected = native.process(), 0
  end
  return self.pointer
end

-- Sends what was prepared and waits for what comes of it.
function Client:send(way, prepared)
  if self.uncollected > 0 then
    -- A poll could take another message's completion: a call that Ctrl-C does not end.
    local pointer, failure = calls.hand_over(way.send, self:open_pointer(), prepared)
    return self:logged(pointer and bridge.take(way.gives, pointer), failure)
  end
  local tag, refusal = self:begin(way, prepared)
  if not tag then return nil, refusal end
  local ok, completion = pcall(self.poll, self)
  if ok then return completion[way.gives], completion.error end
  self:cancel(tag)
  self:poll()
  error(completion, 0)
end

-- Sends what was prepared without waiting: returns the tag of its completion, or nil and an error.
function Client:begin(way, prepared)
  local accepted, failure = calls.hand_over(way.submit, self:open_pointer(), prepared, self.last_tag + 1)
  if not accepted then return self:logged(nil, failure) end
  self.last_tag, self.uncollected = self.last_tag + 1, self.uncollected + 1
  return self.last_tag
end

-- Checks what a method is given and goes on with it.
local function method(way, go_on)
  return function(self, ...)
    self:open_pointer()
    local prepared, refusal = arguments.checked(way.prepare, self, ...)
    if not prepared then return nil, refusal end
    return go_on(self, way, prepared)
  end
end

---Sends one message and waits for the reply.
---@type fun(self, message: robofy.Message): robofy.Reply?, robofy.Error?
Client.whatsapp_chat = method(calls.ways.whatsapp_chat, Client.send)

---The same of a user of any other platform.
---@type fun(self, message: robofy.Message): robofy.Reply?, robofy.Error?
Client.chat_send = method(calls.ways.chat_send, Client.send)

---Calls any endpoint of the service and waits for the response, whose status is from 200 to 299.
---@type fun(self, method: string, path: string, options?: robofy.CallOptions): robofy.Response?, robofy.Error?
Client.request = method(calls.ways.request, Client.send)

---Sends a form with files as a POST and waits for the response; it may be sent again.
---@type fun(self, path: string, upload: robofy.Upload, options?: robofy.CallOptions): robofy.Response?, robofy.Error?
Client.upload = method(calls.ways.upload, Client.send)

-- The same without waiting: each returns the tag of its completion, or nil and an error.
Client.submit = method(calls.ways.whatsapp_chat, Client.begin)
Client.submit_chat = method(calls.ways.chat_send, Client.begin)
Client.submit_request = method(calls.ways.request, Client.begin)
Client.submit_upload = method(calls.ways.upload, Client.begin)

---Sends one message to a path where the agent answers in events, and does not wait: the stream brings them.
---@type fun(self, path: string, message: robofy.Message): robofy.Stream?, robofy.Error?
Client.stream = method(calls.ways.stream, function(self, _, prepared)
  local pointer, failure = calls.hand_over("robofy_stream_open", self:open_pointer(), prepared)
  if not pointer then return nil, failure end
  return stream.new(pointer)
end)

---An iterator over the leads that an agent has collected, each the text of a JSON value.
---@type fun(self, options?: robofy.LeadsOptions): robofy.Leads?, robofy.Error?
Client.leads = lists.leads

---The conversations of an agent.
---@type fun(self, options?: robofy.AgentOptions): robofy.Session[]?, robofy.Error?
Client.sessions = lists.sessions

---The settings of an agent, which hold a secret.
---@type fun(self, options?: robofy.AgentOptions): robofy.Settings?, robofy.Error?
Client.agent_settings = lists.agent_settings

-- Takes the next completion, a table of tag and reply, response or error: waits up to so many seconds, or without a
-- number until there is one. Nil if none came, or nothing is left to collect.
function Client:poll(seconds)
  local library, client, milliseconds = native.library(), self:open_pointer(), arguments.wait(seconds)
  if self.uncollected == 0 then return nil end
  local pointer = bridge.in_slices(milliseconds, function(slice)
    local pointer = library.robofy_client_poll(client, slice)
    if pointer ~= nil then return pointer end
  end)
  if not pointer then return nil end
  local completion = bridge.take("completion", pointer)
  self.uncollected = self.uncollected - 1
  self:logged(completion.reply or completion.response, completion.error)
  return completion
end

-- Cancels a submitted message: its completion says so. False if it is not in flight any more.
function Client:cancel(tag) return native.library().robofy_client_cancel(self:open_pointer(), tag) end

-- A descriptor for event loops, readable while completions wait: then call poll(0) until it returns nil. It must not be
-- read or closed. Nil if the process has none left.
function Client:poll_fd()
  local descriptor = native.library().robofy_client_poll_fd(self:open_pointer())
  return descriptor >= 0 and descriptor or nil
end

-- The client's figures in this process: the text of a JSON object, which robofy.h describes.
function Client:stats()
  return bridge.take_text(native.library().robofy_client_stats(self:open_pointer()))
end

-- Lets go of everything; what is in flight is given up. May be called again.
function Client:close()
  if self.pointer then bridge.free("client", self.pointer) end
  self.pointer = nil
end

return {
  Client = Client,
  ---A client for an account's API key, or without one for that of the environment's ROBOFY_API_KEY.
  ---@overload fun(options: robofy.Options?)
  ---@param api_key string
  ---@param options robofy.Options?
  new = function(api_key, options)
    if options == nil and type(api_key) ~= "string" then
      api_key, options = nil, api_key
    end
    return arguments.checked(new, api_key, options or {})
  end,
}
