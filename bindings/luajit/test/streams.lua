-- An answer while it is written: a table of tests.
local ffi = require "ffi"
local check = require "check"
local json = require "json"
local robofy = require "robofy"
local service = require "service"

local client, message = service.client, service.message
local tests = {}

local SILENCE = "!answer=x endless=silence"
local PROGRAM = [[
local client = assert(require("robofy").client("key", { base_url = os.getenv "ROBOFY_BASE_URL" }))
local stream = assert(client:stream("%s", { pid = "1", chatbot_id = "2", query = "%s" }))
]]

local function of_agent(options)
  local all = { pid = "31415", chatbot_id = "DKDvwn" }
  for name, value in pairs(options or {}) do all[name] = value end
  return client(all)
end

-- The stand-in's streams, requests and chats that have not ended.
local function in_flight()
  local output = io.popen(("curl -sS --noproxy '*' %s/standin/stats"):format(service.URL))
  local stats = json.decode(output:read "*a")
  output:close()
  return stats.in_flight
end

local function wait_until_nothing_is_in_flight()
  local give_up = os.time() + 30
  while in_flight() > 0 and os.time() < give_up do ffi.C.poll(nil, 0, 50) end
  check.equal(0, in_flight())
end

function tests.events_come_in_their_order()
  local kinds, texts = {}, {}
  local stream = assert(client():stream(service.STREAM, message("!deltas=2 tools", { session_id = "918727" })))
  for event in stream do
    kinds[#kinds + 1] = event.kind
    if event.kind == "delta" then texts[#texts + 1] = event.text end
    if event.name == "book" then check.equal("tool", event.kind) end
    assert(json.decode(event.body))
  end
  check.contains("finish session other", table.concat(kinds, " "))
  check.equal("0 1 ", table.concat(texts))
  check.equal("0 1 ", stream:text())
  check.equal("918727", stream:session_id())
  check.equal(true, stream:is_done())
  check.equal(nil, stream:next())
end

function tests.a_loop_raises_how_a_stream_ended_and_next_returns_it_once()
  local stream = assert(client():stream(service.STREAM, message "!answer=Hello no-done"))
  local ok, failure = pcall(function() for _ in stream do end end)
  check.equal(false, ok)
  check.equal("interrupted", failure.status)
  check.equal("Hello", stream:text())
  check.equal(nil, select(2, stream:next()))
  stream = assert(client():stream(service.STREAM, message(SILENCE, { timeout = 0.3 })))
  repeat ok, failure = stream:next() until not ok
  check.equal("timeout", failure.status)
end

function tests.a_wait_for_an_event_may_be_short()
  local stream = assert(client():stream(service.STREAM, message(SILENCE)))
  while stream:text() ~= "x" do assert(stream:next()) end
  check.equal(nil, stream:next(0.01))
  check.equal(false, stream:is_done())
  check.raises("seconds must be more than 0", stream.next, stream, -1)
end

function tests.a_stream_is_given_up_by_close_and_when_it_is_forgotten()
  local brief = client()
  local stream = assert(brief:stream(service.STREAM, message(SILENCE)))
  for _ in stream do break end
  stream:close()
  stream:close()
  check.raises("this stream is closed", stream.next, stream)
  local forgotten = assert(brief:stream(service.STREAM, message(SILENCE)))
  assert(forgotten:next())
  forgotten = nil
  collectgarbage()
  collectgarbage()
  wait_until_nothing_is_in_flight()
end

function tests.a_stream_outlives_its_client()
  local brief = client()
  local stream = assert(brief:stream(service.STREAM, message "!answer=Hello"))
  brief:close()
  for _ in stream do end
  check.equal("Hello", stream:text())
end

function tests.a_descriptor_tells_of_an_event()
  local stream = assert(client():stream(service.STREAM, message "!answer=Hello"))
  local place = ffi.new("RobofyTestPollfd[1]", { { stream:poll_fd(), 1, 0 } })
  check.equal(1, ffi.C.poll(place, 1, 60000))
  assert(stream:next(0))
end

function tests.a_forked_child_has_no_part_in_a_stream()
  local stream = assert(client():stream(service.STREAM, message "!answer=Hello event-delay-ms=50"))
  check.equal(0, service.in_child(function()
    check.equal("cancelled", select(2, stream:next()).status)
    stream:close()
  end))
  for _ in stream do end
  check.equal("Hello", stream:text())
end

function tests.a_program_that_ends_amid_a_stream_ends_well()
  for way, status in pairs { ["os.exit(3)"] = "3", ["os.exit(3, true)"] = "3", ['error "enough"'] = "1" } do
    local program = PROGRAM:format(service.STREAM, SILENCE) .. "assert(stream:next()) " .. way
    local output = io.popen(("LUA_PATH='%s' luajit -e '%s' 2>&1; echo $?"):format(package.path, program))
    check.equal(status, output:read "*a":match "(%d+)\n$")
    output:close()
  end
end

function tests.ctrl_c_ends_a_wait_for_an_event()
  local program = PROGRAM:format(service.STREAM, SILENCE) .. "for _ in stream do end"
  local command = "LUA_PATH='%s' luajit -e '%s' 2>&1 & sleep 1; kill -INT $!; wait $!"
  local output = io.popen(command:format(package.path, program))
  check.contains("interrupted!", output:read "*a")
  output:close()
end

function tests.coroutines_read_streams_beside_one_another_and_other_calls()
  local together = robofy.together(of_agent())
  local ended = {}
  for number = 1, 50 do
    together:start(function()
      local stream = assert(together.client:stream(service.STREAM, { query = "!event-delay-ms=20 answer=" .. number }))
      repeat until not together:next(stream)
      ended[#ended + 1] = stream:text() == tostring(number) and "stream" or "none"
      assert(together:request("GET", "/v1/projects"))
      assert(together:chat_send { query = "Hi" })
    end)
  end
  together:start(function()
    local upload = assert(robofy.upload { { name = "a", text = "b" } })
    ended[#ended + 1] = assert(together:upload("/v1/ai-agent/files", upload)).status == 200 and "upload" or "none"
  end)
  together:run()
  check.equal(51, #ended)
  check.equal(nil, table.concat(ended, " "):find "none")
  check.raises("that start() has started", coroutine.wrap(function() together:next() end))
end

function tests.a_coroutine_that_waits_for_an_event_can_be_cancelled()
  local together = robofy.together(of_agent())
  local failure
  together:start(function()
    local stream = assert(together.client:stream(service.STREAM, { query = SILENCE }))
    local event
    repeat event, failure = together:next(stream) until not event
  end)
  while together:step(0.2) do end
  together:cancel()
  together:run()
  check.equal("cancelled", failure.status)
end

function tests.ten_thousand_requests_and_streams_leave_nothing()
  local busy = of_agent()
  local detail = ("x"):rep(4000)
  local upload = assert(robofy.upload { { name = "a", text = detail } })
  check.less(service.growth(function()
    for _ = 1, 100 do
      assert(busy:request("POST", "/v1/projects", { body = '"' .. detail .. '"' }))
      check.equal(nil, (busy:request("GET", "/v1/projects", { query = { standin = "status=401 detail=" .. detail } })))
      assert(busy:upload("/v1/ai-agent/files", upload))
      assert(busy:agent_settings())
      for _ in assert(busy:stream(service.STREAM, { query = "!answer=" .. detail })) do end
    end
  end), 16 * service.MEGABYTE)
end

return tests
