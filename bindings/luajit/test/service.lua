-- The service at ROBOFY_BASE_URL: the stand-in, which does what a message with a "!" tells it to.
local ffi = require "ffi"
local robofy = require "robofy"

ffi.cdef [[
int fork(void);
int waitpid(int pid, int *status, int options);
void _exit(int status);
typedef struct { int fd; short events; short revents; } RobofyTestPollfd;
int poll(RobofyTestPollfd *fds, unsigned long count, int timeout);
]]

math.randomseed(os.time() + ffi.C.getpid())

local service = {
  URL = assert(os.getenv "ROBOFY_BASE_URL", "set ROBOFY_BASE_URL to the stand-in's URL"),
  STREAM = "/v1/ai-agent/events",
  MEGABYTE = 1e6,
}

function service.client(options)
  local all = { base_url = service.URL, max_retries = 0 }
  for name, value in pairs(options or {}) do all[name] = value end
  return assert(robofy.client("a-test-key", all))
end

function service.message(query, more)
  local all = { pid = "31415", chatbot_id = "DKDvwn", query = query }
  for name, value in pairs(more or {}) do all[name] = value end
  return all
end

function service.unique() return ("%s-%d-%d"):format(os.time(), ffi.C.getpid(), math.random(2 ^ 30)) end

-- Runs work() in a forked child: the child's exit status, which is 0 if nothing was raised.
function service.in_child(work)
  local child = ffi.C.fork()
  if child == 0 then ffi.C._exit(pcall(work) and 0 or 1) end
  local status = ffi.new "int[1]"
  ffi.C.waitpid(child, status, 0)
  return status[0]
end

local function resident_bytes()
  local file = assert(io.open "/proc/self/statm")
  local pages = file:read "*a":match "%d+ (%d+)"
  file:close()
  return tonumber(pages) * 4096
end

-- How many bytes the process grows by in ten rounds, after three.
function service.growth(round)
  for _ = 1, 3 do round() end
  collectgarbage()
  local before = resident_bytes()
  for _ = 1, 10 do round() end
  collectgarbage()
  return resident_bytes() - before
end

return service
