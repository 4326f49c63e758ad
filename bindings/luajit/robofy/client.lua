local ffi = require "ffi"
local arguments = require "robofy.arguments"
local native = require "robofy.native"
local parameters = require "robofy.parameters"
local results = require "robofy.results"

local Client = {}
Client.__index = Client

local function take_error(place)
  local pointer = place[0]
  local failure = results.error(pointer)
  native.library().robofy_error_free(pointer)
  return failure
end

-- Checks what is given, but for `others`, by a table of setters, and calls them. Whatever is thrown, the garbage
-- collector frees `target`.
local function set(target, known, others, given)
  for name, value in pairs(given) do
    local setter = known[name]
    if setter then
      native.library()[setter[1]](target, setter[2](name, value))
    elseif not others[name] then
      error("unknown argument: " .. tostring(name), 0)
    end
  end
end

-- Frees now what the garbage collector would free later.
local function free(pointer, how) how(ffi.gc(pointer, nil)) end

local OWN = { pid = true, chatbot_id = true, log = true }

local function new(api_key, options)
  local library = native.library()
  local key = arguments.text("api_key", api_key)
  local native_options = ffi.gc(library.robofy_options_new(), library.robofy_options_free)
  set(native_options, parameters.options, OWN, options)
  local place = native.error_place()
  local pointer = library.robofy_client_new(key, native_options, place)
  free(native_options, library.robofy_options_free)
  if pointer == nil then return nil, take_error(place) end
  return setmetatable({
    pointer = ffi.gc(pointer, library.robofy_client_free),
    pid = options.pid,
    chatbot_id = options.chatbot_id,
    log = options.log,
    process = native.process(),
    last_tag = 0,
    uncollected = 0,
  }, Client)
end

local MADE_OF = { pid = true, chatbot_id = true, query = true }

local function new_message(client, given)
  local library = native.library()
  local pointer = library.robofy_message_new(
    arguments.message_text("pid", given.pid or client.pid),
    arguments.message_text("chatbot_id", given.chatbot_id or client.chatbot_id),
    arguments.message_text("query", given.query)
  )
  local message = ffi.gc(pointer, library.robofy_message_free)
  set(message, parameters.message, MADE_OF, given)
  return message
end

-- Gives back a reply, or nil and an error, of which the program's log is told if something went wrong.
function Client:logged(reply, failure)
  if self.log and failure then
    self.log(("a chat failed (%s): %s"):format(failure.status, failure.message))
  elseif self.log and reply.attempts > 1 then
    self.log(("a chat took %d attempts and %.1f s"):format(reply.attempts, reply.elapsed))
  end
  return reply, failure
end

function Client:open_pointer()
  if not self.pointer then error("this client is closed: make another", 3) end
  if self.process ~= native.process() then
    -- In a forked child what the parent submitted is the parent's.
    self.process, self.uncollected = native.process(), 0
  end
  return self.pointer
end

-- Sends one message with a call that Ctrl-C does not end.
local function send(self, client, message)
  local library = native.library()
  local native_message, refusal = arguments.checked(new_message, self, message)
  if not native_message then return nil, refusal end
  local place = native.error_place()
  local pointer = library.robofy_whatsapp_send(client, native_message, place)
  free(native_message, library.robofy_message_free)
  if pointer == nil then return self:logged(nil, take_error(place)) end
  local reply = results.reply(pointer)
  library.robofy_reply_free(pointer)
  return self:logged(reply)
end

---Sends one message and waits for the reply.
---@param message robofy.Message
---@return robofy.Reply? reply
---@return robofy.Error? failure
function Client:whatsapp_chat(message)
  local client = self:open_pointer()
  -- Beside submitted messages a poll could take a completion of theirs.
  if self.uncollected > 0 then return send(self, client, message) end
  local tag, refusal = self:submit(message)
  if not tag then return nil, refusal end
  local ok, completion = pcall(self.poll, self)
  if ok then return completion.reply, completion.error end
  self:cancel(tag)
  self:poll()
  error(completion, 0)
end

-- Sends one message without waiting: returns the tag of its completion, or nil and an error.
function Client:submit(message)
  local library, client = native.library(), self:open_pointer()
  local native_message, refusal = arguments.checked(new_message, self, message)
  if not native_message then return nil, refusal end
  local place = native.error_place()
  self.last_tag = self.last_tag + 1
  local accepted = library.robofy_whatsapp_submit(client, native_message, self.last_tag, place)
  free(native_message, library.robofy_message_free)
  if not accepted then return self:logged(nil, take_error(place)) end
  self.uncollected = self.uncollected + 1
  return self.last_tag
end

-- Between two waits of this length Lua sees Ctrl-C.
local SLICE_MS = 200

-- In milliseconds, for ever without a number.
local function wait(library, client, milliseconds)
  while not milliseconds or milliseconds > SLICE_MS do
    local pointer = library.robofy_client_poll(client, SLICE_MS)
    if pointer ~= nil then return pointer end
    milliseconds = milliseconds and milliseconds - SLICE_MS
  end
  return library.robofy_client_poll(client, milliseconds)
end

-- Compiled code sees no Ctrl-C.
jit.off(wait)

-- Takes the next completion, a table of tag and either reply or error: waits up to so many seconds, or without a number
-- until there is one. Nil if none came, or nothing is left to collect.
function Client:poll(seconds)
  local library, client = native.library(), self:open_pointer()
  if self.uncollected == 0 then return nil end
  local milliseconds = seconds
  if seconds and seconds ~= 0 then
    local checked, refusal = arguments.checked(arguments.milliseconds, "seconds", seconds)
    if not checked then error(refusal.message, 2) end
    milliseconds = checked
  end
  local pointer = wait(library, client, milliseconds)
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
  self:logged(completion.reply, completion.error)
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
  ---A client for an account's API key, or without one for that of the environment's ROBOFY_API_KEY.
  ---@overload fun(options: robofy.Options?)
  ---@param api_key string
  ---@param options robofy.Options?
  new = function(api_key, options)
    if type(api_key) ~= "string" and options == nil then
      api_key, options = nil, api_key
    end
    if api_key == nil then api_key = os.getenv "ROBOFY_API_KEY" end
    if api_key == nil then
      return nil,
        results.failure { status = "invalid_argument", message = "api_key is missing: give it, or set ROBOFY_API_KEY" }
    end
    return arguments.checked(new, api_key, options or {})
  end,
}
