-- From what users write to what is sent to them: a table of tests.
local ffi = require "ffi"
local check = require "check"
local json = require "json"
local robofy = require "robofy"
local service = require "service"

local tests = {}
local AGENT = { pid = "31415", chatbot_id = "DKDvwn" }
local OPEN = assert(robofy.webhook "meta")

-- The agent is asked when there are so many messages.
local function of_bursts(messages, more)
  local options = { max_messages = messages, quiet = 3000, max_wait = 3000, typing = 0 }
  for name, value in pairs(more or {}) do options[name] = value end
  return options
end

local function inbox(messages, more) return robofy.inbox(service.client(AGENT), of_bursts(messages or 1, more)) end

local function write(box, id, text, user) return box:offer_text("106", user or "1555", id, text) end

local function event(field, messages, text)
  local body = '{"entry":[{"changes":[{"field":"%s","value":{"metadata":{"phone_number_id":"106"},"%s":[{"from":"1555",'
    .. '"to":"1555","id":"wamid.%s","timestamp":"%d","type":"text","text":{"body":"%s"}}]}}]}]}'
  return assert(OPEN:read(body:format(field, messages, service.unique(), os.time(), text)))[1]
end

local function message(text) return event("messages", "messages", text) end

local function check_refused(status, words, none, failure)
  check.equal(nil, none)
  check.equal(status, failure.status)
  check.contains(words, failure)
end

-- Runs work(path) with the path of a folder that is removed afterwards.
local function with_folder(work)
  local made = io.popen "mktemp -d"
  local path = made:read "*l"
  made:close()
  local ok, raised = pcall(work, path)
  os.execute("rm -r " .. path)
  if not ok then error(raised, 0) end
end

function tests.a_burst_is_answered_once()
  local box = assert(inbox(2, { join = " " }))
  check.equal("queued", write(box, "a", "!answer=**one**"))
  check.equal("duplicate", write(box, "a", "!answer=**one**"))
  check.equal(nil, box:poll(0.01))
  check.equal("queued", write(box, "b", "headers=1"))
  local outcome
  for each in box do
    outcome = each
    break
  end
  check.equal("answer", outcome.kind)
  check.equal("1555 106 1555", ("%s %s %s"):format(outcome.session_id, outcome.channel_id, outcome.to))
  check.equal("a b", table.concat(outcome.message_ids, " "))
  check.equal("*one*", outcome.parts[1].text)
  check.equal("b", json.decode(outcome.parts[1].request).context.message_id)
  check.equal("**one**", outcome.reply.answer)
  check.equal(nil, outcome.error or outcome.recipient or outcome.request)
  check_refused("invalid_argument", "part", box:sent(outcome, 2))
  check_refused("invalid_argument", "part must be an integer between 1", box:sent(outcome, 0))
  check.equal(true, box:sent(outcome, 1, "wamid.ours"))
  check.contains('"parts_sent":1,', box:stats())
end

function tests.what_fails_comes_again_or_is_given_up()
  local box = assert(inbox(1, { fallback = { ok = "Later.", bad_request = "So not." } }))
  check.equal("queued", box:offer(message "!status=400 code=OOPS"))
  local outcome = assert(box:poll(60))
  check.equal("fallback", outcome.kind)
  check.equal("OOPS", outcome.error.code)
  check.equal("So not.", outcome.parts[1].text)
  assert(box:failed(outcome, 1, -1))
  local again = assert(box:poll(60))
  check.equal(outcome.message_ids[1], again.message_ids[1])
  assert(box:failed(again, 1, 131026))
  check.equal(nil, box:poll(0))
  check.contains('"turns":0,', box:stats())
end

function tests.an_event_keeps_what_it_was_read_of()
  local box, events = assert(inbox()), {}
  for number = 1, 50 do events[number] = message("!answer=" .. number) end
  collectgarbage()
  collectgarbage()
  for _, each in ipairs(events) do check.equal("queued", box:offer(each)) end
  check_refused("invalid_argument", "use offer_text", box:offer { kind = "text", text = "Hi" })
  check.raises("event must be a table, not a string", box.offer, box, "Hi")
end

function tests.a_person_takes_over()
  local box = assert(inbox())
  write(box, "a", "!answer=x")
  assert(box:sent(assert(box:poll(60)), 1))
  assert(box:pause("1555", 3600))
  check.equal("paused", write(box, "b", "Hi"))
  assert(box:resume "1555")
  check.equal("queued", write(box, "c", "!answer=y delay-ms=1000"))
  check.equal("took_over", box:offer(event("smb_message_echoes", "message_echoes", "I am here")))
  check.equal("expired", assert(box:poll(60)).kind)
end

function tests.typing_and_stop_words()
  local box = assert(inbox(1, { typing = 20, stop_words = { "stop", "ende" }, stop_text = "Bye.", media = "ignore" }))
  write(box, "a", "!answer=x delay-ms=3000") -- once the answer is there nobody is typing
  local typing = assert(box:poll(60))
  check.equal("typing", typing.kind)
  check.contains("typing_indicator", typing.request)
  assert(box:sent(assert(box:poll(60)), 1))
  check.equal("queued", write(box, "b", "ENDE"))
  check.equal("Bye.", assert(box:poll(60)).parts[1].text)
  check.equal("paused", write(box, "c", "Hi"))
end

function tests.a_burst_outlives_its_process()
  with_folder(function(path)
    local program = ([[
      local robofy = require "robofy"
      local client = assert(robofy.client("key", { base_url = os.getenv "ROBOFY_BASE_URL", pid = "1", chatbot_id = "2" }))
      local box = assert(robofy.inbox(client, { path = "%s", max_messages = 2, quiet = 3000, max_wait = 3000, typing = 0 }))
      print(box:offer_text("106", "1555", "a", "!answer=both"))
      io.stdout:flush()
      os.execute "kill -9 $PPID"]]):format(path)
    local output = io.popen(("LUA_PATH='%s' luajit -e '%s' 2>&1"):format(package.path, program))
    check.equal("queued", output:read "*l")
    output:close()
    local second = assert(inbox(2, { path = path }))
    check_refused("storage", path, inbox(2, { path = path }))
    check.equal("duplicate", write(second, "a", "!answer=both"))
    check.equal("queued", write(second, "b", "headers=1"))
    check.equal("a b", table.concat(assert(second:poll(60)).message_ids, " "))
    second:close()
    second:close()
    check.raises("this inbox is closed", second.poll, second)
    local third = assert(inbox(2, { path = path }))
    check.equal("both", assert(third:poll(60)).parts[1].text)
    third = nil
    collectgarbage()
    collectgarbage()
    assert(inbox(2, { path = path })):close()
  end)
end

function tests.what_cannot_be_used_is_refused_by_name()
  check_refused("storage", "/dev/null", inbox(1, { path = "/dev/null" }))
  check_refused("invalid_argument", "max_messages must be an integer between 1", inbox(0))
  check_refused("invalid_argument", "a status of fallback must be one of ok, ", inbox(1, { fallback = { teapot = "x" } }))
  check_refused("invalid_argument", "media must be one of ignore, reply, tell", inbox(1, { media = "hide" }))
  check_refused("invalid_argument", "media", inbox(1, { media = "reply" }))
  check_refused("invalid_argument", "stop_words must have no line breaks", inbox(1, { stop_words = { "a\nb" } }))
  check_refused("invalid_argument", "user", inbox():offer_text(nil, "", "a", "Hi"))
  check.raises("pid is missing", robofy.inbox, service.client())
  check.raises("client must be", robofy.inbox, robofy.fake {})
  check.raises("unknown argument: color", inbox, 1, { color = "red" })
  check.raises("inboxes.lua:", function() return robofy.inbox(service.client(AGENT), { path = 7 }), nil end)
  local full = assert(inbox(9, { max_pending = 1 }))
  check.equal("queued", write(full, "a", "Hi"))
  check_refused("overloaded", "max_pending", write(full, "b", "Hi"))
end

function tests.an_inbox_is_watched_and_outlives_its_client()
  local client = service.client(AGENT)
  local box = assert(robofy.inbox(client, of_bursts(1)))
  client:close()
  local place = ffi.new("RobofyTestPollfd[1]", { { box:poll_fd(), 1, 0 } })
  check.equal(0, ffi.C.poll(place, 1, 0))
  check.equal("queued", write(box, "a", "!answer=x"))
  check.equal(1, ffi.C.poll(place, 1, 60000))
  check.equal("x", box:poll(0).parts[1].text)
  check.equal(0, ffi.C.poll(place, 1, 0))
end

function tests.a_forked_child_has_no_part_in_an_inbox()
  local box = assert(inbox())
  check.equal(0, service.in_child(function()
    check_refused("storage", "fork", write(box, "a", "Hi"))
    check.equal(nil, box:poll() or box:poll_fd() or box:stats())
    for _ in box do error "an outcome" end
    box:close()
  end))
  check.equal("queued", write(box, "a", "Hi"))
end

function tests.ctrl_c_ends_a_wait_for_an_outcome()
  local program = [[
    local client = assert(require("robofy").client("key", { base_url = os.getenv "ROBOFY_BASE_URL", pid = "1", chatbot_id = "2" }))
    local box = assert(require("robofy").inbox(client))
    os.execute "(sleep 1; kill -INT $PPID) &"
    for _ in box do end]]
  local output = io.popen(("LUA_PATH='%s' luajit -e '%s' 2>&1"):format(package.path, program))
  check.contains("interrupted!", output:read "*a")
  output:close()
end

function tests.thousands_of_outcomes_leave_nothing()
  local box = assert(inbox())
  check.less(service.growth(function()
    for _ = 1, 50 do
      check.equal("queued", box:offer(message("!answer=" .. ("x"):rep(4000))))
      assert(box:sent(assert(box:poll(60)), 1, service.unique()))
    end
  end), 16 * service.MEGABYTE)
end

return tests
