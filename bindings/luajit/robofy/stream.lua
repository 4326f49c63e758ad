-- An answer while it is written: its events, one after another.
local ffi = require "ffi"
local arguments = require "robofy.arguments"
local bridge = require "robofy.bridge"
local native = require "robofy.native"

-- Compiled code sees no Ctrl-C.
jit.off(true, true)

local Stream = {}
Stream.__index = Stream

function Stream:open_pointer()
  return self.pointer or arguments.mistake "this stream is closed: open another"
end

---The next event: waits up to so many seconds, or without a number until there is one. Nil if none came in time, and
---after the end; nil and an error, once, if the answer did not come to its end.
---@param seconds number?
---@return robofy.StreamEvent?
---@return robofy.Error?
function Stream:next(seconds)
  local library, pointer, place = native.library(), self:open_pointer(), ffi.new "RobofyError *[1]"
  local event = bridge.in_slices(arguments.wait(seconds), function(slice)
    local event = library.robofy_stream_next(pointer, slice, place)
    if event ~= nil then return event end
    -- Not nil, which would wait on.
    if library.robofy_stream_is_done(pointer) then return false end
  end)
  if event then return bridge.take("stream_event", event) end
  return nil, bridge.take("error", place[0])
end

-- For a loop: `for event in stream do`. A failure is raised.
function Stream:__call()
  local event, failure = self:next()
  if failure then error(failure, 0) end
  return event
end

---The answer so far, also of a stream that was cut short.
---@return string
function Stream:text() return bridge.take_text(native.library().robofy_stream_text(self:open_pointer())) end

---The conversation, once its event was taken, which comes near the end.
---@return string?
function Stream:session_id()
  return bridge.take_text(native.library().robofy_stream_session_id(self:open_pointer()))
end

---Whether the end was taken: there will be no other event.
---@return boolean
function Stream:is_done() return native.library().robofy_stream_is_done(self:open_pointer()) end

---A descriptor for event loops, readable while an event or the end waits: then call next(0) until it returns nil. It
---must not be read or closed. Nil if the process has none left, and in a forked child.
---@return integer?
function Stream:poll_fd()
  local descriptor = native.library().robofy_stream_poll_fd(self:open_pointer())
  return descriptor >= 0 and descriptor or nil
end

---Gives the answer up: the next wait ends with an error of the status "cancelled". False if the end was taken before.
---@return boolean
function Stream:cancel() return native.library().robofy_stream_cancel(self:open_pointer()) end

---Cancels what is left of the answer, and lets go of it. May be called again.
function Stream:close()
  if self.pointer then bridge.free("stream", self.pointer) end
  self.pointer = nil
end

return {
  new = function(pointer) return setmetatable({ pointer = bridge.own("stream", pointer) }, Stream) end,
}
