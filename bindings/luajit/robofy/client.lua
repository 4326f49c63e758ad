local ffi = require "ffi"
local arguments = require "robofy.arguments"
local native = require "robofy.native"
local results = require "robofy.results"

local Client = {}
Client.__index = Client

local OPTIONS = {
  base_url = { "base_url", arguments.text },
  timeout = { "timeout_ms", arguments.milliseconds },
  connect_timeout = { "connect_timeout_ms", arguments.milliseconds },
  max_retries = { "max_retries", arguments.integer },
  retry_ambiguous = { "retry_ambiguous", arguments.boolean },
  proxy = { "proxy", arguments.text },
  ca_file = { "ca_file", arguments.text },
  user_agent = { "user_agent", arguments.text },
  max_response_bytes = { "max_response_bytes", arguments.size },
  max_in_flight = { "max_in_flight", arguments.integer },
  ordered_sessions = { "ordered_sessions", arguments.boolean },
  rate_limit = { "rate_limit", arguments.rate },
}

local MESSAGE = {
  session_id = { "session_id", arguments.text },
  user_context = { "user_context", arguments.text },
  timeout = { "timeout_ms", arguments.milliseconds },
}

local function take_error(place)
  local pointer = place[0]
  local failure = results.error(pointer)
  native.library().robofy_error_free(pointer)
  return failure
end

-- Checks what is given by a table of setters, then calls them. Whatever is thrown, the garbage collector frees `target`.
local function set(target, prefix, setters, given)
  for name, setter in pairs(setters) do
    if given[name] ~= nil then native.library()[prefix .. setter[1]](target, setter[2](name, given[name])) end
  end
end

-- Frees now what the garbage collector would free later.
local function free(pointer, how) how(ffi.gc(pointer, nil)) end

local function new(api_key, options)
  local library = native.library()
  for name in pairs(options) do
    if not OPTIONS[name] then error("unknown option: " .. tostring(name), 0) end
  end
  arguments.text("api_key", api_key)
  local native_options = ffi.gc(library.robofy_options_new(), library.robofy_options_free)
  set(native_options, "robofy_options_set_", OPTIONS, options)
  local place = native.error_place()
  local pointer = library.robofy_client_new(api_key, native_options, place)
  free(native_options, library.robofy_options_free)
  if pointer == nil then return nil, take_error(place) end
  return setmetatable({
    pointer = ffi.gc(pointer, library.robofy_client_free),
    process = native.process(),
    last_tag = 0,
    uncollected = 0,
  }, Client)
end

local function new_message(given)
  local library = native.library()
  for name in pairs(given) do
    if not (MESSAGE[name] or name == "pid" or name == "chatbot_id" or name == "query") then
      error("unknown argument: " .. tostring(name), 0)
    end
  end
  local pointer = library.robofy_message_new(
    arguments.text("pid", given.pid),
    arguments.text("chatbot_id", given.chatbot_id),
    arguments.text("query", given.query)
  )
  local message = ffi.gc(pointer, library.robofy_message_free)
  set(message, "robofy_message_set_", MESSAGE, given)
  return message
end

function Client:open_pointer()
  if not self.pointer then error("this client is closed: make another", 3) end
  if self.process ~= native.process() then
    -- In a forked child what the parent submitted is the parent's.
    self.process, self.uncollected = native.process(), 0
  end
  return self.pointer
end

-- Sends one message and waits for the reply. `message` has pid, chatbot_id and query, and may have session_id,
-- user_context (the text of a JSON object) and timeout (seconds). Returns the reply, or nil and an error.
function Client:whatsapp_chat(message)
  local library, client = native.library(), self:open_pointer()
  local native_message, refusal = arguments.checked(new_message, message)
  if not native_message then return nil, refusal end
  local place = native.error_place()
  local pointer = library.robofy_whatsapp_send(client, native_message, place)
  free(native_message, library.robofy_message_free)
  if pointer == nil then return nil, take_error(place) end
  local reply = results.reply(pointer)
  library.robofy_reply_free(pointer)
  return reply
end

-- Sends one message without waiting: returns the tag of its completion, or nil and an error.
function Client:submit(message)
  local library, client = native.library(), self:open_pointer()
  local native_message, refusal = arguments.checked(new_message, message)
  if not native_message then return nil, refusal end
  local place = native.error_place()
  self.last_tag = self.last_tag + 1
  local accepted = library.robofy_whatsapp_submit(client, native_message, self.last_tag, place)
  free(native_message, library.robofy_message_free)
  if not accepted then return nil, take_error(place) end
  self.uncollected = self.uncollected + 1
  return self.last_tag
end

-- Takes the next completion, a table of tag and either reply or error: waits up to so many seconds, or without a number
-- until there is one. Nil if none came, or nothing is left to collect.
function Client:poll(seconds)
  local library, client = native.library(), self:open_pointer()
  if self.uncollected == 0 then return nil end
  local milliseconds = -1
  if seconds == 0 then
    milliseconds = 0
  elseif seconds then
    local checked, refusal = arguments.checked(arguments.milliseconds, "seconds", seconds)
    if not checked then error(refusal.message, 2) end
    milliseconds = checked
  end
  local pointer = library.robofy_client_poll(client, milliseconds)
  if pointer == nil then return nil end
  self.uncollected = self.uncollected - 1
  local reply = library.robofy_completion_reply(pointer)
  local failure = library.robofy_completion_error(pointer)
  local completion = {
    tag = tonumber(library.robofy_completion_tag(pointer)),
    reply = reply ~= nil and results.reply(reply) or nil,
    error = failure ~= nil and results.error(failure) or nil,
  }
  library.robofy_completion_free(pointer)
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
  local library = native.library()
  local pointer = library.robofy_client_stats(self:open_pointer())
  local text = ffi.string(pointer)
  library.robofy_free_string(pointer)
  return text
end

-- Lets go of everything; what is in flight is given up. May be called again.
function Client:close()
  if self.pointer then
    free(self.pointer, native.library().robofy_client_free)
    self.pointer = nil
  end
end

return {
  -- A client for an account's API key. Returns it, or nil and an error.
  new = function(api_key, options) return arguments.checked(new, api_key, options or {}) end,
}
