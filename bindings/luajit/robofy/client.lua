local ffi = require "ffi"
local arguments = require "robofy.arguments"
local getters = require "robofy.getters"
local native = require "robofy.native"
local parameters = require "robofy.parameters"

-- Compiled code sees no Ctrl-C, and LuaJIT 2.1.0-beta3 miscompiles loops over pairs() that call string functions.
jit.off(true, true)

local Client = {}
Client.__index = Client

-- Checks what is given: by name, a list of what C takes.
local function checked(known, given)
  local values = {}
  for name, value in pairs(given) do
    local parameter = known[name] or error("unknown argument: " .. tostring(name), 0)
    values[name] = { parameter[1](name, value) }
  end
  return values
end

local function set(target, known, values)
  for name, value in pairs(values) do
    local setter = known[name][2]
    if setter then native.library()[setter](target, unpack(value)) end
  end
  return target
end

-- Reads what the library gave, and gives it back.
local function take(kind, pointer)
  local library = native.library()
  local value = getters[kind](library, pointer)
  library["robofy_" .. kind .. "_free"](pointer)
  return value
end

-- Calls a function whose last parameter is the place for an error: what it returned, or nil and the error.
local function attempt(name, ...)
  local place, given = ffi.new "RobofyError *[1]", { ... }
  given[#given + 1] = place
  local result = native.library()[name](unpack(given))
  if result ~= nil and result ~= false then return result end
  return nil, take("error", place[0])
end

-- Throws a refusal.
local function new(api_key, options)
  local library = native.library()
  local key = api_key or os.getenv "ROBOFY_API_KEY" or ""
  if not api_key and key == "" then arguments.refuse "api_key is missing: give it, or set ROBOFY_API_KEY" end
  arguments.text("api_key", key)
  local values = checked(parameters.options, arguments.expect("table", "options", options))
  local native_options = set(library.robofy_options_new(), parameters.options, values)
  local pointer, failure = attempt("robofy_client_new", key, native_options)
  library.robofy_options_free(native_options)
  if not pointer then error(failure, 0) end
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

-- What a message and its client say, by name. Throws a refusal.
local function check(client, message)
  local whole = { pid = client.pid, chatbot_id = client.chatbot_id }
  for name, value in pairs(arguments.expect("table", "the message", message)) do whole[name] = value end
  for _, name in ipairs { "pid", "chatbot_id" } do
    if whole[name] == nil then error(name .. " is missing: give it to the message or to the client", 0) end
  end
  arguments.expect("string", "query", whole.query)
  return checked(parameters.message, whole)
end

-- Gives a message to a function that sends it: what that returned, or nil and why not.
function Client:hand_over(message, name, ...)
  local library, client = native.library(), self:open_pointer()
  local values, refusal = arguments.checked(check, self, message)
  if not values then return nil, refusal end
  local native_message = library.robofy_message_new(values.pid[1], values.chatbot_id[1], values.query[1])
  set(native_message, parameters.message, values)
  local result, failure = attempt(name, client, native_message, ...)
  library.robofy_message_free(native_message)
  return result, failure
end

-- Gives back a reply, or nil and an error, of which the program's log is told if something went wrong. A log that fails
-- must not cost the program an answer.
function Client:logged(reply, failure)
  local line = self.log and (failure and ("a chat failed (%s): %s"):format(failure.status, failure.message)
    or reply.attempts > 1 and ("a chat took %d attempts and %.1f s"):format(reply.attempts, reply.elapsed))
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

---Sends one message and waits for the reply.
---@param message robofy.Message
---@return robofy.Reply? reply
---@return robofy.Error? failure
function Client:whatsapp_chat(message)
  self:open_pointer()
  if self.uncollected > 0 then
    -- A poll could take another message's completion: a call that Ctrl-C does not end.
    local pointer, failure = self:hand_over(message, "robofy_whatsapp_send")
    return self:logged(take("reply", pointer), failure)
  end
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
  local accepted, failure = self:hand_over(message, "robofy_whatsapp_submit", self.last_tag + 1)
  if not accepted then return self:logged(nil, failure) end
  self.last_tag, self.uncollected = self.last_tag + 1, self.uncollected + 1
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

-- Takes the next completion, a table of tag and either reply or error: waits up to so many seconds, or without a number
-- until there is one. Nil if none came, or nothing is left to collect.
function Client:poll(seconds)
  local library, client = native.library(), self:open_pointer()
  local milliseconds, refusal = seconds, nil
  if seconds and seconds ~= 0 then
    milliseconds, refusal = arguments.checked(arguments.milliseconds, "seconds", seconds)
    if refusal then arguments.mistake(refusal.message) end
  end
  local completion = self.uncollected > 0 and take("completion", wait(library, client, milliseconds))
  if not completion then return nil end
  self.uncollected = self.uncollected - 1
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
  local pointer = native.library().robofy_client_stats(self:open_pointer())
  local text = ffi.string(pointer)
  native.library().robofy_free_string(pointer)
  return text
end

-- Lets go of everything; what is in flight is given up. May be called again.
function Client:close()
  if self.pointer then native.library().robofy_client_free(ffi.gc(self.pointer, nil)) end
  self.pointer = nil
end

return {
  Client = Client,
  check = check,
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
