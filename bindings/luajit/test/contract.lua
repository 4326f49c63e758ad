-- The promises that all bindings make, from the contract that ROBOFY_CONTRACT names: a table of tests. Those that are
-- kept go into the file that ROBOFY_CONTRACT_RESULTS names.
local ffi = require "ffi"
local check = require "check"
local json = require "json"
local robofy = require "robofy"
local service = require "service"

local client, message = service.client, service.message
local keeps = {}

-- What a program of its own prints, which a shell runs.
local function said(before, program, after)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(program)
  file:close()
  local output = io.popen(("export LUA_PATH='%s'; %s luajit %s %s"):format(package.path, before, path, after))
  local text = output:read "*a"
  output:close()
  os.remove(path)
  return text
end

local PROGRAM = [[
local client = assert(require("robofy").client { base_url = os.getenv "ROBOFY_BASE_URL", pid = "1", chatbot_id = "2" })
]]
local VERSION = [[io.write(select(2, pcall(require("robofy").version)))]]

-- What becomes of a text, as a query and as a session's id.
local function arrives(expected, text)
  local reply = assert(client():whatsapp_chat(message("!echo", { session_id = text })))
  check.equal(expected, json.decode(reply.answer).user_context.session_id)
  check.equal(('Hello! You wrote: "%s".'):format(expected), assert(client():whatsapp_chat(message(text))).answer)
end

-- The key of the request with this query, which the stand-in has received.
local function key_sent(query)
  local output = io.popen(("curl -sS --noproxy '*' %s/standin/requests"):format(service.URL))
  local requests = json.decode(output:read "*a")
  output:close()
  for _, request in ipairs(requests) do
    for _, header in ipairs(request.body ~= json.null and request.body.query == query and request.headers or {}) do
      if header[1] == "authorization" then return header[2]:match "^Bearer (.*)" end
    end
  end
end

-- The failure that a case expects, with what it says of the fields.
local function check_failure(case, failure)
  check.equal(case.status, failure.status)
  check.equal(case.status, robofy.status_name(failure.number))
  local fields = {
    http_status = failure.http_status or 0, code = failure.code or json.null, detail = failure.detail or json.null,
    retryable = failure.is_retryable, retry_after_ms = 1000 * (failure.retry_after or 0),
  }
  for name, value in pairs(fields) do
    if case[name] ~= nil then check.equal(case[name], value) end
  end
  if case.names then check.contains(case.names, failure) end
end

function keeps.typed_errors(case)
  local options = { base_url = case.base_url }
  local more = { timeout = case.timeout_ms and case.timeout_ms / 1000 }
  local reply, failure = client(options):whatsapp_chat(message(case.query, more))
  check.equal(nil, reply)
  check_failure(case, failure)
end

function keeps.texts(case)
  if case.needs ~= "surrogates" then arrives(case.arrives, case.query) end
end

function keeps.nul(case)
  local fresh = client()
  local _, failure = fresh:whatsapp_chat(message(case.query))
  check.equal(case.status, failure.status)
  check.contains(case.names, failure)
  check.contains('"bytes_sent":0,', fresh:stats())
  check.contains('"connections":0,', fresh:stats())
end

function keeps.invalid_utf8(case)
  arrives(case.arrives, string.char(unpack(case.query_bytes)))
  arrives("a\239\191\189b", "a\240\159\152b") -- an emoji that was cut
  arrives("\239\191\189\239\191\189", "\192\128")
  arrives("€\239\191\189", "€\226\130")
end

function keeps.answers(case)
  local reply, failure = client():whatsapp_chat(message(case.query))
  check.equal(case.answer or case.status, reply and reply.answer or failure.status)
end

function keeps.many(case)
  local together = robofy.together(client())
  local start, answers = os.time(), 0
  for n = 1, case.chats do
    together:start(function()
      local reply = assert(together:whatsapp_chat(message((case.query:gsub("{n}", n)))))
      check.equal(case.answer:gsub("{n}", n), reply.answer)
      answers = answers + 1
    end)
  end
  together:run()
  check.equal(case.chats, answers)
  check.less(1000 * (os.time() - start), case.within_ms)
end

function keeps.order(case)
  local ordered = client { ordered_sessions = true }
  for _, query in ipairs(case.queries) do assert(ordered:submit(message(query, { session_id = case.session_id }))) end
  for _, answer in ipairs(case.answers) do check.equal(answer, ordered:poll().reply.answer) end
end

function keeps.cancel(case)
  local busy = client()
  local tag = assert(busy:submit(message(case.query)))
  ffi.C.poll(nil, 0, case.after_ms)
  local start = os.time()
  check.equal(true, busy:cancel(tag))
  check.equal(case.status, busy:poll().error.status)
  check.less(1000 * (os.time() - start), case.within_ms)
end

function keeps.overloaded(case)
  local busy = client { max_in_flight = case.max_in_flight }
  assert(busy:submit(message(case.first)))
  local _, failure = busy:submit(message(case.query))
  check.equal(case.status, failure.status)
  check.contains('"refused":1', busy:stats())
  check.equal("first", busy:poll().reply.answer)
end

function keeps.requests(case)
  local body = case.body and ('{"name": "%s"}'):format(case.body.name)
  local response, failure = client():request(case.method, case.path, { query = case.query, body = body })
  if case.status then return check_failure(case, failure) end
  local received = json.decode(assert(response, failure).data)
  check.equal(case.method .. case.path .. (body or ""), received.method .. received.path .. received.body)
  local pairs_left = {}
  for name, value in pairs(case.query or {}) do pairs_left[name] = value end
  for _, pair in ipairs(received.query) do
    check.equal(pairs_left[pair[1]], pair[2])
    pairs_left[pair[1]] = nil
  end
  check.equal(nil, (next(pairs_left)))
end

function keeps.uploads(case)
  local folder = os.tmpname()
  os.remove(folder)
  os.execute("mkdir " .. folder)
  local path = folder .. "/" .. case.file_name
  local file = assert(io.open(path, "w"))
  file:write(case.content)
  file:close()
  for _, part in ipairs { { bytes = case.content, file_name = case.file_name }, { path = path } } do
    part.name = "file"
    local upload = assert(robofy.upload { part })
    local response = assert(client():upload(case.path, upload))
    local received = json.decode(response.data).body
    check.contains(case.file_name, received)
    check.contains(case.content, received)
    check.less(0, upload:total())
    check.equal(upload:total(), upload:sent())
  end
  os.execute("rm -r " .. folder)
end

-- What a program that prints tables prints of one.
local function printed(value)
  if type(value) ~= "table" then return tostring(value) end
  local parts = { tostring(value) }
  for name, field in pairs(value) do parts[#parts + 1] = tostring(name) .. "=" .. printed(field) end
  return table.concat(parts, " ")
end

function keeps.lists(case)
  local of_agent = client { pid = "31415", chatbot_id = "DKDvwn" }
  local leads, sessions = {}, {}
  for lead in assert(of_agent:leads()) do leads[#leads + 1] = json.decode(lead).name end
  for index, session in ipairs(assert(of_agent:sessions())) do sessions[index] = session.session_id end
  check.equal(table.concat(case.leads, ","), table.concat(leads, ","))
  check.equal(table.concat(case.sessions, ","), table.concat(sessions, ","))
  local settings = assert(of_agent:agent_settings())
  check.equal(case.temperature, settings.temperature)
  check.equal(case.key, settings.llm_api_key)
  check.equal(nil, printed(settings):find(case.key, 1, true))
end

function keeps.streams(case)
  local stream = assert(client():stream(service.STREAM, message(case.query)))
  local event, failure
  repeat event, failure = stream:next() until not event
  check.equal(case.answer, stream:text())
  check.equal(case.session, stream:session_id() ~= nil)
  if case.status then check_failure(case, failure) end
  check.equal(case.status, failure and failure.status)
end

function keeps.stream_cancel(case)
  local stream = assert(client():stream(service.STREAM, message(case.query)))
  while stream:text() ~= case.answer do assert(stream:next()) end
  local start = os.time()
  check.equal(true, stream:cancel())
  local event, failure = stream:next()
  check.equal(nil, event)
  check.equal(case.status, failure.status)
  check.less(1000 * (os.time() - start), case.within_ms)
end

function keeps.closed()
  local closed = client()
  closed:close()
  closed:close()
  check.raises("this client is closed", closed.whatsapp_chat, closed, message "Hello")
end

function keeps.fork()
  local shared = client()
  assert(shared:whatsapp_chat(message "Hello"))
  check.equal(0, service.in_child(function()
    check.equal("child", assert(shared:whatsapp_chat(message "!answer=child")).answer)
  end))
end

function keeps.exit(case)
  local start = os.time()
  local program = PROGRAM .. ("assert(client:submit { query = %q }) os.exit(7)"):format(case.query)
  check.equal("7\n", said("", program, "; echo $?"))
  check.less(1000 * (os.time() - start), case.within_ms)
end

function keeps.interrupt(case)
  local ready = os.tmpname()
  os.remove(ready)
  local program = ('jit.opt.start "hotloop=1" %s io.open(%q, "w"):close() client:whatsapp_chat { query = %q }'):format(
    PROGRAM, ready, case.query
  )
  local press = "2>&1 & until [ -e %s ]; do sleep 0.05; done; sleep %f; kill -INT $!; wait $!; echo $?"
  local start = os.time()
  local text = said("", program, press:format(ready, case.after_ms / 1000))
  os.remove(ready)
  check.contains("interrupted!", text)
  check.equal("1\n", text:match "%d+\n$")
  check.less(1000 * (os.time() - start), case.within_ms)
end

function keeps.leak(case)
  local busy = client()
  local failing = "!status=401 detail=" .. ("x"):rep(8000)
  check.less(service.growth(function()
    for _ = 1, case.chats / 20 do
      assert(busy:whatsapp_chat(message "!huge=16000"))
      check.equal(nil, (busy:whatsapp_chat(message(failing))))
    end
    for _ = 1, case.clients / 10 do
      local other = client()
      assert(other:whatsapp_chat(message "Hello"))
      other:close()
    end
  end), case.grows_mb * service.MEGABYTE)
end

function keeps.credentials(case)
  local program = [[
    local robofy = require "robofy"
    local client, failure = robofy.client(os.getenv "GIVEN", { base_url = os.getenv "ROBOFY_BASE_URL" })
    local message = { pid = "1", chatbot_id = "2", query = os.getenv "QUERY" }
    io.write(tostring(client and client:whatsapp_chat(message) or failure.status .. failure.message))
  ]]
  local environments, given = service.unique(), service.unique()
  check.contains(environments, said(("ROBOFY_API_KEY=environments QUERY=%s"):format(environments), program, ""))
  check.equal("environments", key_sent(environments))
  check.contains(given, said(("ROBOFY_API_KEY=environments GIVEN=given QUERY=%s"):format(given), program, ""))
  check.equal("given", key_sent(given))
  for _, none in ipairs { "unset ROBOFY_API_KEY;", ("ROBOFY_API_KEY=%q"):format(case.environments_key) } do
    local refused = said(none, program, "")
    check.contains(case.status, refused)
    check.contains("set " .. case.names, refused)
  end

  local of_agent = client { pid = "a", chatbot_id = "b" }
  local sent = json.decode(assert(of_agent:whatsapp_chat { query = "!echo" }).answer)
  check.equal("a b", sent.pid .. " " .. sent.chatbot_id)
  sent = json.decode(assert(of_agent:whatsapp_chat { query = "!echo", pid = "own" }).answer)
  check.equal("own b", sent.pid .. " " .. sent.chatbot_id)
end

function keeps.loading()
  local directory = os.tmpname()
  local function shell(command) assert(os.execute(command:gsub("@", directory)) == 0, command) end
  shell [[rm @ && mkdir @ && cp -r "$(dirname "$(find . -path '*robofy/init.lua' | head -n 1)")" @/robofy]]
  shell [[echo 'const char *robofy_version(void) { return "0.99.1"; }' | cc -shared -fPIC -x c - -o @/other.so]]
  shell [[ln -s "$(realpath "$ROBOFY_LIBRARY")" @/librobofy.so.0]]

  check.equal("0.1.0", said("", VERSION, ""))
  local other = "/other.so is robofy 0.99.1, and this package is robofy 0.1.0: point ROBOFY_LIBRARY"
  check.contains(directory .. other, said(("ROBOFY_LIBRARY=%s/other.so"):format(directory), VERSION, ""))
  local none = "the robofy library cannot be loaded (librobofy.so.0: cannot open"
  check.contains(none, said("ROBOFY_LIBRARY=", VERSION, ""))
  check.equal("0.1.0", said(("ROBOFY_LIBRARY= LD_LIBRARY_PATH=%s"):format(directory), VERSION, ""))
  local beside = ("ROBOFY_LIBRARY= LD_LIBRARY_PATH=@ LUA_PATH='@/?.lua;@/?/init.lua'"):gsub("@", directory)
  shell "echo broken > @/robofy/librobofy.so"
  local broken = said(beside, VERSION, "")
  check.contains(("the robofy library cannot be loaded (%s/robofy/librobofy.so: "):format(directory), broken)
  check.contains("): only the file beside the package is tried: ", broken)
  shell [[ln -sf "$(realpath "$ROBOFY_LIBRARY")" @/robofy/librobofy.so && rm @/librobofy.so.0]]
  check.equal("0.1.0", said(beside, VERSION, ""))
  shell "rm -r @"
end

local function keep(promise)
  local holds = assert(keeps[promise.id], "no test of " .. promise.id)
  for _, case in ipairs(promise.cases or { {} }) do holds(case) end
  local path = os.getenv "ROBOFY_CONTRACT_RESULTS"
  if not path then return end
  local results = assert(io.open(path, "a"))
  results:write(promise.id, "\n")
  results:close()
end

local tests = {}
local path = os.getenv "ROBOFY_CONTRACT"
if path then
  local file = assert(io.open(path))
  for _, promise in ipairs(json.decode(file:read "*a").promises) do
    tests["contract_" .. promise.id] = function() keep(promise) end
  end
  file:close()
end
return tests
