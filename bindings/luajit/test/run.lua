-- luajit test/run.lua, against the service at ROBOFY_BASE_URL: the stand-in, which does what a message with a "!" says.
local here = arg[0]:match "^(.*/)" or "./"
package.path = here .. "?.lua;" .. here .. "../?.lua;" .. here .. "../?/init.lua;" .. package.path

local ffi = require "ffi"
local check = require "check"
local robofy = require "robofy"
local service = require "service"
local statuses = require "robofy.statuses"

local client, message, unique, growth = service.client, service.message, service.unique, service.growth
local URL, MEGABYTE = service.URL, service.MEGABYTE
local tests = require "contract"
for _, more in ipairs { require "api", require "streams", require "conversation", require "inboxes" } do
  for name, test in pairs(more) do tests[name] = test end
end

-- Chatting

function tests.a_chat_is_answered()
  local session = unique()
  local reply = assert(client():whatsapp_chat(message("Grüße, 你好", { session_id = session })))
  check.equal('Hello! You wrote: "Grüße, 你好".', reply.answer)
  check.equal(reply.answer, tostring(reply))
  check.equal(session, reply.session_id)
  check.equal("Success", reply.message)
  check.contains('"answer"', reply.body)
  check.equal(1, reply.attempts)
  check.less(0, reply.elapsed)
end

function tests.the_user_context_is_sent()
  local reply = assert(client():whatsapp_chat(message("!echo", { user_context = '{"name":"Zoë"}' })))
  check.contains('"name":"Zoë"', reply.answer)
end

function tests.every_option_reaches_the_library()
  local of_all = client {
    timeout = 5, connect_timeout = 1.5, max_retries = 1, retry_ambiguous = true, proxy = "", user_agent = "lua-test/1",
    max_response_bytes = 400, max_in_flight = 1, ordered_sessions = true, rate_limit = { 60000, 1000 },
  }
  check.equal(2, assert(of_all:whatsapp_chat(message("!status=500 fails=1", { session_id = unique() }))).attempts)
  local _, failure = of_all:whatsapp_chat(message "!huge=1000")
  check.equal("protocol", failure.status)
  assert(of_all:submit(message "!delay-ms=60000"))
  local tag
  tag, failure = of_all:submit(message "Hello")
  check.equal(nil, tag)
  check.equal("overloaded", failure.status)
end

function tests.figures_of_a_client()
  local fresh = client()
  assert(fresh:whatsapp_chat(message "Hello"))
  check.contains('"answered":1', fresh:stats())
end

-- Errors

function tests.an_error_has_what_the_service_said()
  local reply, failure = client():whatsapp_chat(message "!status=429 code=SLOW_DOWN detail=Too_fast. retry-after=7")
  check.equal(nil, reply)
  check.equal("rate_limited", failure.status)
  check.equal(429, failure.http_status)
  check.equal("SLOW_DOWN", failure.code)
  check.equal("Too fast.", failure.detail)
  check.equal(true, failure.is_retryable)
  check.equal(7, failure.retry_after)
  check.contains("SLOW_DOWN", tostring(failure))
end

function tests.each_failure_has_its_status()
  local kinds = {
    ["!status=400"] = "bad_request", ["!status=401"] = "unauthorized", ["!status=403"] = "forbidden",
    ["!status=404"] = "not_found", ["!status=500"] = "server", ["!not-json"] = "protocol",
    ["!close=before"] = "interrupted",
  }
  for query, status in pairs(kinds) do
    local _, failure = client():whatsapp_chat(message(query))
    check.equal(status, failure.status)
  end
end

function tests.statuses_are_those_of_the_library()
  for name, number in pairs(statuses) do check.equal(name, robofy.status_name(number)) end
  check.equal("unknown", robofy.status_name(4000000000))
end

function tests.a_timeout_ends_a_call()
  local _, failure = client():whatsapp_chat(message("!delay-ms=60000", { timeout = 0.2 }))
  check.equal("timeout", failure.status)
end

function tests.a_bad_value_is_refused_by_name()
  local refused = {
    { "base_url", "http://robofy.example" }, { "user_agent", "a\0b" }, { "ca_file", "/no/such/file.pem" },
    { "timeout", 0 }, { "timeout", 0 / 0 }, { "connect_timeout", -1 }, { "max_retries", -1 }, { "max_retries", 1.5 },
    { "max_in_flight", 2 ^ 32 }, { "max_response_bytes", 0 }, { "rate_limit", { 0, 1 } },
    { "rate_limit", { 30, 1, 1 } },
  }
  for _, option in ipairs(refused) do
    local options = { base_url = URL }
    options[option[1]] = option[2]
    local none, failure = robofy.client("key", options)
    check.equal(nil, none)
    check.equal("invalid_argument", failure.status)
    check.contains(option[1], failure)
  end
  for name, value in pairs { pid = "", chatbot_id = "a\0b", query = "Hel\0lo", session_id = "\0", user_context = "[]" } do
    local none, failure = client():whatsapp_chat(message("Hello", { [name] = value }))
    check.equal(nil, none)
    check.equal("invalid_argument", failure.status)
    check.contains(name, failure)
  end
  local _, failure = client():whatsapp_chat(message("Hello", { timeout = -1 }))
  check.contains("timeout", failure)
  _, failure = robofy.client("key", { user_agent = "\255" })
  check.contains("user_agent", failure)
  _, failure = robofy.client ""
  check.contains("api_key", failure)
end

function tests.a_wrong_type_is_raised()
  check.raises("api_key must be a string", robofy.client, 5, {})
  check.raises("timeout", robofy.client, "key", { timeout = "5" })
  check.raises("retry_ambiguous", robofy.client, "key", { retry_ambiguous = 1 })
  check.raises("unknown argument: nonsense", robofy.client, "key", { nonsense = 1 })
  check.raises("log must be a function, not a string", robofy.client, "key", { log = "stderr" })
  check.raises("options must be a table, not a number", robofy.client, 5)
  check.raises("the message must be a table, not a string", function() client():whatsapp_chat "Hello" end)
  check.raises("pid is missing", function() robofy.client("key"):whatsapp_chat { query = "Hello" } end)
  check.raises("unknown status: slow", robofy.failure, { status = "slow" })
  check.raises("run.lua:", function() client():whatsapp_chat(message()) end)
  check.raises("run.lua:", function() assert(robofy.client(5, {})) end)
  check.raises("query must be a string, not nil", function() client():whatsapp_chat { pid = "1", chatbot_id = "2" } end)
  check.raises("seconds must be more than 0", function()
    local busy = client()
    assert(busy:submit(message "!delay-ms=60000"))
    local _, failure = pcall(busy.poll, busy, -1)
    check.equal("string", type(failure))
    error(failure, 0)
  end)
  check.raises("session_id", function() client():whatsapp_chat(message("Hello", { session_id = 5 })) end)
  check.raises("unknown argument: sesion", function() client():submit(message("Hello", { sesion = "5" })) end)
end

function tests.a_closed_client_refuses_calls()
  local closed = client()
  closed:close()
  closed:close()
  for name, argument in pairs { whatsapp_chat = message "Hello", submit = message "Hello", poll = 0, cancel = 1, poll_fd = 0, stats = 0 } do
    check.raises("closed", closed[name], closed, argument)
  end
end

function tests.a_library_that_cannot_be_used_is_an_error_that_says_what_to_do()
  local expected = {
    ["/no/such/librobofy.so"] = "loaded (/no/such/librobofy.so: cannot open",
    ["libm.so.6"] = "undefined symbol: robofy_version): point ROBOFY_LIBRARY",
    [""] = "set ROBOFY_LIBRARY",
  }
  for path, words in pairs(expected) do
    local program = [[print(select(2, pcall(require("robofy").version)))]]
    local command = ("ROBOFY_LIBRARY='%s' LUA_PATH='%s' luajit -e '%s'"):format(path, package.path, program)
    local said = io.popen(command):read "*a"
    check.contains(words, said)
  end
end

function tests.the_log_is_told_of_chats_that_fail_or_are_sent_again()
  local lines = {}
  local talkative = client { max_retries = 1, log = function(line) lines[#lines + 1] = line end }
  assert(talkative:whatsapp_chat(message "Hello"))
  assert(talkative:whatsapp_chat(message("!status=503 fails=1 answer=again", { session_id = unique() })))
  talkative:whatsapp_chat(message "!status=403")
  assert(talkative:submit(message "!status=404"))
  talkative:poll()
  check.equal(3, #lines)
  check.contains("a call took 2 attempts and ", lines[1])
  check.contains("a call failed (forbidden): 403", lines[2])
  check.contains("a call failed (not_found): 404", lines[3])
end

function tests.a_log_that_fails_loses_no_answer_and_no_error()
  local failing = client { max_retries = 1, log = function() error "the disk is full" end }
  local stderr, written = io.stderr, {}
  io.stderr = { write = function(_, ...) written[#written + 1] = table.concat { ... } end }
  local reply = failing:whatsapp_chat(message("!status=503 fails=1", { session_id = unique() }))
  local tag = assert(failing:submit(message "!status=404"))
  local completion = failing:poll()
  io.stderr = stderr
  check.equal(2, reply.attempts)
  check.equal(2, #written)
  check.contains("the disk is full\n", written[1])
  check.equal(tag, completion.tag)
  check.equal("not_found", completion.error.status)
end

-- A client for tests of programs

function tests.a_fake_answers_from_its_script_and_keeps_what_it_was_asked()
  local fake = robofy.fake {
    "Hello!", robofy.failure { status = "rate_limited", retry_after = 7 },
    function(asked) return asked.query:upper() end,
  }
  local reply = assert(fake:whatsapp_chat { query = "Hi", session_id = "918727000000" })
  check.equal("Hello!", tostring(reply))
  check.equal("918727000000", reply.session_id)
  local none, failure = fake:whatsapp_chat { query = "again" }
  check.equal(nil, none)
  check.equal("rate_limited", failure.status)
  check.equal(11, failure.number)
  check.equal(7, failure.retry_after)
  check.equal(true, failure.is_retryable)
  check.equal(false, robofy.failure({ status = "connect", is_retryable = false }).is_retryable)
  check.equal(false, robofy.failure({ status = "server" }).is_retryable)
  check.equal("LOUD", fake:whatsapp_chat({ query = "loud" }).answer)
  check.equal("again", fake.asked[2].query)
  check.raises("no answer left", fake.whatsapp_chat, fake, { query = "more" })
  fake:close()
  check.raises("closed", fake.whatsapp_chat, fake, { query = "more" })
end

function tests.a_fake_answers_requests_and_forms()
  local fake = robofy.fake { '[1]', robofy.failure { status = "not_found" }, "{}", "Hello" }
  local response = assert(fake:request("GET", "/v1/projects"))
  check.equal("[1]", response.data)
  check.equal('{"data":[1]}', response.body)
  check.equal(nil, response:header "content-type")
  check.equal("not_found", select(2, fake:request("GET", "/v1/projects/7")).status)
  check.equal(200, assert(fake:upload("/v1/ai-agent/files", {})).status)
  check.equal("Hello", assert(fake:chat_send { query = "Hi", platform = "telegram" }).answer)
  check.equal("/v1/projects/7", fake.asked[2].path)
end

function tests.a_fake_lets_coroutines_chat()
  local said = {}
  local together = robofy.together(robofy.fake { "one", robofy.failure { status = "server" } })
  for user = 1, 2 do
    together:start(function()
      local reply, failure = together:whatsapp_chat { query = "Hi" }
      said[user] = reply and reply.answer or failure.status
    end)
  end
  together:run()
  check.equal("one server", table.concat(said, " "))
end

function tests.a_fake_refuses_what_a_client_refuses()
  local fake = robofy.fake { 'a "quoted"\nline' }
  check.raises("unknown argument: sesion", function() fake:whatsapp_chat { query = "Hi", sesion = "5" } end)
  local none, failure = fake:submit { query = "a\0b" }
  check.equal(nil, none)
  check.contains("query", failure)
  check.equal(0, #fake.asked)
  check.contains("a \\u0022quoted\\u0022\\u000aline", fake:whatsapp_chat({ query = "Hi" }).body)
  fake:close()
  for _, method in ipairs { "poll", "cancel", "poll_fd", "stats" } do check.raises("closed", fake[method], fake) end
end

function tests.a_fakes_message_can_be_cancelled()
  local fake = robofy.fake { "one" }
  local tag = fake:submit { query = "Hi" }
  check.equal(true, fake:cancel(tag))
  check.equal("cancelled", fake:poll().error.status)
  check.equal(false, fake:cancel(tag))
  check.equal(nil, fake:poll())
end

-- Many at once

function tests.a_hundred_coroutines_chat_at_once()
  local answers = 0
  local together = robofy.together(client())
  local start = os.time()
  for user = 1, 100 do
    together:start(function()
      local reply = assert(together:whatsapp_chat(message("!delay-ms=500 answer=first", { session_id = "lua" .. user })))
      check.equal("first", reply.answer)
      check.equal("for-" .. user, assert(together:whatsapp_chat(message("!delay-ms=500 answer=for-" .. user))).answer)
      answers = answers + 1
    end)
  end
  together:run()
  check.equal(100, answers)
  check.less(os.time() - start, 50) -- one after another they take 100 seconds
end

function tests.one_coroutines_failure_is_its_own()
  local together = robofy.together(client())
  local said = {}
  for _, query in ipairs { "!answer=good", "!status=403", "" } do
    together:start(function()
      local reply, failure = together:whatsapp_chat(message(query))
      said[query] = reply and reply.answer or failure.status
    end)
  end
  together:run()
  check.equal("good", said["!answer=good"])
  check.equal("forbidden", said["!status=403"])
  check.equal("invalid_argument", said[""])
end

function tests.coroutines_can_be_cancelled()
  local together = robofy.together(client())
  local status
  together:start(function() status = select(2, together:whatsapp_chat(message "!delay-ms=60000")).status end)
  check.equal(false, together:step(0.05))
  together:cancel()
  together:run()
  check.equal("cancelled", status)
end

function tests.no_coroutine_waits_in_vain()
  local together = robofy.together(robofy.fake { "one" })
  check.raises("may yield in the calls of this object alone", together.start, together, coroutine.yield)
  check.raises("that start() has started", coroutine.wrap(function() together:whatsapp_chat { query = "Hi" } end))
end

-- What LuaJIT makes of compiled code depends on addresses: each process has others.
function tests.compiled_code_sends_what_is_given()
  local program = [[
    local robofy = require "robofy"
    local client = assert(robofy.client("key", { base_url = os.getenv "ROBOFY_BASE_URL", pid = "1", chatbot_id = "2" }))
    local together, answered = robofy.together(client), 0
    for user = 1, 60 do
      together:start(function()
        local reply = assert(together:whatsapp_chat { query = "!answer=" .. user })
        if reply.answer == tostring(user) then answered = answered + 1 end
      end)
    end
    together:run()
    io.write(answered)]]
  local command = ("LUA_PATH='%s' luajit -e '%s' 2>&1"):format(package.path, program)
  for _ = 1, 12 do check.equal("60", io.popen(command):read "*a") end
end

function tests.a_mistake_in_a_coroutine_is_raised()
  local together = robofy.together(client())
  together:start(function()
    together:whatsapp_chat(message "Hello")
    error "a mistake"
  end)
  check.raises("a mistake", together.run, together)
end

function tests.a_child_that_is_forked_amid_coroutines_has_none_of_their_chats()
  local together = robofy.together(client())
  local child
  for _, query in ipairs { "!answer=now", "!delay-ms=500" } do
    together:start(function()
      assert(together:whatsapp_chat(message(query)))
      child = child or ffi.C.fork()
    end)
  end
  together:run()
  if child == 0 then ffi.C._exit(0) end
  local status = ffi.new "int[1]"
  ffi.C.waitpid(child, status, 0)
  check.equal(0, status[0])
end

function tests.a_blocking_chat_takes_no_completion_of_another()
  local busy = client()
  local tag = assert(busy:submit(message "!answer=submitted"))
  check.equal("waited for", assert(busy:whatsapp_chat(message "!delay-ms=300 answer=\"waited for\"")).answer)
  local completion = busy:poll()
  check.equal(tag, completion.tag)
  check.equal("submitted", completion.reply.answer)
end

function tests.a_submitted_message_can_be_cancelled()
  local busy = client()
  local tag = assert(busy:submit(message "!delay-ms=60000"))
  check.equal(nil, busy:poll(0))
  check.equal(true, busy:cancel(tag))
  local completion = busy:poll()
  check.equal(tag, completion.tag)
  check.equal("cancelled", completion.error.status)
  check.equal(false, busy:cancel(tag))
  check.equal(nil, busy:poll()) -- with nothing to collect a poll without end would never return
end

function tests.a_descriptor_tells_of_a_completion()
  local busy = client()
  local place = ffi.new("RobofyTestPollfd[1]", { { busy:poll_fd(), 1, 0 } })
  assert(busy:submit(message "Hello"))
  check.equal(1, ffi.C.poll(place, 1, 60000))
  assert(busy:poll(0).reply)
  check.equal(0, ffi.C.poll(place, 1, 0))
end

-- Lifetime

local function library_threads()
  local listing = io.popen "ls /proc/$PPID/task | wc -l"
  local count = listing:read "*n"
  listing:close()
  return count - 1
end

local DETAIL = ("x"):rep(4000)
local ANSWERED, FAILING = message("!huge=4000 detail=" .. DETAIL), message("!status=401 detail=" .. DETAIL)

function tests.ten_thousand_calls_leave_nothing()
  local busy = client()
  check.less(growth(function()
    for _ = 1, 500 do
      assert(busy:whatsapp_chat(ANSWERED))
      check.equal(nil, (busy:whatsapp_chat(FAILING)))
    end
  end), 8 * MEGABYTE)
end

function tests.ten_thousand_submitted_messages_leave_nothing()
  local busy = client()
  check.less(growth(function()
    for _ = 1, 10 do
      for _ = 1, 50 do
        assert(busy:submit(ANSWERED))
        assert(busy:submit(FAILING))
      end
      for _ = 1, 100 do assert(busy:poll()) end
    end
  end), 8 * MEGABYTE)
end

function tests.options_of_a_refused_client_are_freed()
  check.less(growth(function()
    for _ = 1, 500 do
      check.equal(nil, (robofy.client("", { user_agent = DETAIL })))
    end
  end), 8 * MEGABYTE)
end

-- The system may list a thread for a moment after it has ended.
local function check_threads_end()
  collectgarbage()
  collectgarbage()
  local give_up = os.time() + 30
  while library_threads() > 0 and os.time() < give_up do ffi.C.poll(nil, 0, 50) end
  check.equal(0, library_threads())
end

function tests.a_forgotten_client_is_freed()
  check_threads_end()
  local forgotten = client()
  assert(forgotten:whatsapp_chat(message "Hello"))
  check.less(0, library_threads())
  forgotten = nil
  check_threads_end()
end

function tests.a_client_works_on_in_a_forked_child()
  local shared = client()
  assert(shared:whatsapp_chat(message "Hello"))
  assert(shared:submit(message "!delay-ms=500 answer=parent"))
  check.equal(0, service.in_child(function()
    check.equal(nil, shared:poll())
    assert(shared:submit(message "!answer=child"))
    check.equal("child", shared:poll().reply.answer)
    shared:close()
  end))
  check.equal("parent", shared:poll().reply.answer)
end

check.run(tests)
