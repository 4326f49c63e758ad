-- Many chats at once: each in a coroutine that reads as if it were alone. While they run, nothing else polls the client.
local Together = {}
Together.__index = Together

-- Runs work(...) in a coroutine, up to its first chat.
function Together:start(work, ...)
  local thread = coroutine.create(work)
  self.started[thread] = true
  self:go_on(thread, ...)
end

-- As the client's whatsapp_chat, from within a coroutine that was started here: the others go on meanwhile.
function Together:whatsapp_chat(message)
  local thread = coroutine.running()
  if not self.started[thread or self] then
    error("whatsapp_chat must be called in a coroutine that start() has started", 2)
  end
  local tag, refusal = self.client:submit(message)
  if not tag then return nil, refusal end
  self.waiting[tag] = thread
  return coroutine.yield(tag)
end

-- Lets the coroutines chat until all have ended. In a forked child those that wait are the parent's.
function Together:run()
  while next(self.waiting) and self:step() do end
end

-- Waits for one chat, up to so many seconds, and lets its coroutine go on. False if none ended in time.
function Together:step(seconds)
  local completion = self.client:poll(seconds)
  if not completion then return false end
  local thread = self.waiting[completion.tag]
  if not thread then error("a message was submitted beside these coroutines: give it a client of its own", 2) end
  self.waiting[completion.tag] = nil
  self:go_on(thread, completion.reply, completion.error)
  return true
end

-- Cancels the chats that wait: their coroutines get an error of the status "cancelled".
function Together:cancel()
  for tag in pairs(self.waiting) do self.client:cancel(tag) end
end

function Together:go_on(thread, ...)
  local ok, result = coroutine.resume(thread, ...)
  if not ok then error(type(result) == "string" and debug.traceback(thread, result) or result, 0) end
  if coroutine.status(thread) == "suspended" and self.waiting[result] ~= thread then
    error("a coroutine that start() has started may yield in whatsapp_chat alone", 0)
  end
end

return {
  new = function(client)
    return setmetatable({ client = client, started = setmetatable({}, { __mode = "k" }), waiting = {} }, Together)
  end,
}
