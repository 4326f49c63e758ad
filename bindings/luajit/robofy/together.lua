-- Many calls at once: each in a coroutine that reads as if it were alone. While they run, nothing else polls the
-- client.
local ffi = require "ffi"
local arguments = require "robofy.arguments"
local bridge = require "robofy.bridge"

jit.off(true, true)

ffi.cdef [[
typedef struct { int fd; short events; short revents; } RobofyPollfd;
int robofy_together_poll(RobofyPollfd *fds, unsigned long count, int timeout) __asm__("poll");
]]

local POLLIN = 1

local Together = {}
Together.__index = Together

-- Runs work(...) in a coroutine, up to its first call.
function Together:start(work, ...)
  local thread = coroutine.create(work)
  self.started[thread] = true
  self:go_on(thread, ...)
end

local function of(self, name)
  local thread = coroutine.running()
  if not self.started[thread or self] then
    error(name .. " must be called in a coroutine that start() has started", 3)
  end
  return thread
end

-- As the client's methods of these names, from within a coroutine that was started here: the others go on meanwhile.
for name, submit in pairs {
  whatsapp_chat = "submit", chat_send = "submit_chat", request = "submit_request", upload = "submit_upload",
} do
  Together[name] = function(self, ...)
    local thread = of(self, name)
    local tag, refusal = self.client[submit](self.client, ...)
    if not tag then return nil, refusal end
    self.waiting[tag] = thread
    return coroutine.yield(tag)
  end
end

-- As a stream's next, without a number.
function Together:next(stream)
  local thread = of(self, "next")
  while true do
    local event, failure = stream:next(0)
    if event or failure or stream:is_done() then return event, failure end
    self.waiting[stream], self.streams = thread, self.streams + 1
    coroutine.yield(stream)
  end
end

-- Lets the coroutines go on until all have ended. In a forked child those that wait are the parent's.
function Together:run()
  while next(self.waiting) and self:step() do end
end

-- A stream that has something to take; nil if the client has, or nothing came in so many seconds. What has no
-- descriptor is at its end, as in a forked child.
function Together:readable(seconds)
  local streams = {}
  for key in pairs(self.waiting) do
    if type(key) == "table" then
      if not key:poll_fd() then return key end
      streams[#streams + 1] = key
    end
  end
  local places = ffi.new("RobofyPollfd[?]", #streams + 1)
  for index, stream in ipairs(streams) do places[index].fd, places[index].events = stream:poll_fd(), POLLIN end
  places[0].fd, places[0].events = self.client:poll_fd() or -1, POLLIN
  bridge.in_slices(arguments.wait(seconds), function(slice)
    if ffi.C.robofy_together_poll(places, #streams + 1, slice) > 0 then return true end
  end)
  for index, stream in ipairs(streams) do
    if places[index].revents ~= 0 then return stream end
  end
end

-- Waits for one call or event, up to so many seconds, and lets its coroutine go on. False if none came in time.
function Together:step(seconds)
  local stream = self.streams > 0 and self:readable(seconds)
  if stream then
    self.streams = self.streams - 1
    return self:resume(stream)
  end
  local completion = self.client:poll(self.streams > 0 and 0 or seconds)
  if not completion then return false end
  return self:resume(completion.tag, completion.reply or completion.response, completion.error)
end

function Together:resume(key, ...)
  local thread = self.waiting[key]
  if not thread then error("a message was submitted beside these coroutines: give it a client of its own", 2) end
  self.waiting[key] = nil
  self:go_on(thread, ...)
  return true
end

-- Cancels what waits: its coroutines get an error of the status "cancelled".
function Together:cancel()
  for key in pairs(self.waiting) do
    if type(key) == "table" then key:cancel() else self.client:cancel(key) end
  end
end

function Together:go_on(thread, ...)
  local ok, result = coroutine.resume(thread, ...)
  if not ok then error(type(result) == "string" and debug.traceback(thread, result) or result, 0) end
  if coroutine.status(thread) == "suspended" and self.waiting[result] ~= thread then
    error("a coroutine that start() has started may yield in the calls of this object alone", 0)
  end
end

return {
  new = function(client)
    return setmetatable(
      { client = client, started = setmetatable({}, { __mode = "k" }), waiting = {}, streams = 0 }, Together
    )
  end,
}
