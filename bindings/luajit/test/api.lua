-- The calls that are no chats with WhatsApp's users: a table of tests.
local ffi = require "ffi"
local check = require "check"
local json = require "json"
local robofy = require "robofy"
local service = require "service"

local client, message = service.client, service.message
local tests = {}

local SILENCE = "!answer=x endless=silence"

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

function tests.a_response_has_what_the_service_sent()
  local response = assert(client():request("PUT", "/v1/projects/7", {
    query = { page = 2, all = true, name = "a&b=ü", large = 2 ^ 53 }, body = '{"text": "Grüße\255"}', timeout = 30,
  }))
  check.equal(200, response.status)
  check.equal("application/json", response:header "Content-Type")
  check.equal(nil, response:header "x-none")
  check.equal(nil, response:header "x\0none")
  check.equal(1, response.attempts)
  check.less(0, response.elapsed)
  local received = json.decode(response.data)
  check.equal('{"text": "Grüße\239\191\189"}', received.body)
  check.equal("all=true large=9007199254740992 name=a&b=ü page=2", table.concat({
    table.concat(received.query[1], "="), table.concat(received.query[2], "="),
    table.concat(received.query[3], "="), table.concat(received.query[4], "="),
  }, " "))
end

function tests.a_response_has_no_data_without_an_envelope()
  local response = assert(client():request("POST", "/v1/ai-agent/link_content/31415", { body = "{}" }))
  check.equal(nil, response.data)
  check.contains("linkage-1", response.body)
  check.equal("", assert(client():request("HEAD", "/v1/projects")).body)
end

function tests.a_response_shows_nothing_of_its_body_and_outlives_its_client()
  local brief = client()
  local response = assert(brief:request("GET", "/v1/ai-agent/chatbot_ai_settings/a/b"))
  brief:close()
  collectgarbage()
  check.equal(("<response 200, %d bytes>"):format(#response.body), tostring(response))
  check.equal("application/json", response:header "content-type")
end

function tests.arguments_of_a_call_are_checked()
  check.raises("method must be a string", function() client():request(nil, "/v1/projects") end)
  check.raises("api.lua:", function() assert(client():request("GET", 5)) end)
  check.raises("unknown argument: json", function() client():request("GET", "/v1/projects", { json = "{}" }) end)
  check.raises("page must be a string", function() client():request("GET", "/v1/projects", { query = { page = 1.5 } }) end)
  check.raises("timeout", function() client():request("GET", "/v1/projects", { timeout = "1" }) end)
  check.raises("made by robofy.upload", function() client():upload("/v1/ai-agent/files", {}) end)
  check.raises("path must be a string", function() client():stream(nil, message "Hi") end)
  check.raises("pid is missing", function() client():leads() end)
  check.raises("chatbot_id is missing", function() client():sessions() end)
  check.raises("unknown argument: page", function() of_agent():leads { page = 1 } end)
  check.raises("closed", function()
    local closed = of_agent()
    closed:close()
    closed:agent_settings()
  end)
  for _, options in ipairs { { timeout = 0 }, { max_response_bytes = 0 }, { body = "a\0b" }, { query = { a = "\0" } } } do
    local none, failure = client():request("POST", "/v1/projects", options)
    check.equal(nil, none)
    check.equal("invalid_argument", failure.status)
  end
  for _, path in ipairs { "v1", "//other.example/", "/v1?x=1", "/a\0" } do
    local _, failure = client():request("GET", path)
    check.contains("path", failure)
    _, failure = client():stream(path, message "Hi")
    check.contains("path", failure)
  end
end

function tests.bounds_of_a_call_are_kept()
  local _, failure = client():request("GET", "/v1/projects", { max_response_bytes = 10 })
  check.equal("protocol", failure.status)
  _, failure = client():request("GET", "/v1/projects", { query = { standin = "delay-ms=60000" }, timeout = 0.2 })
  check.equal("timeout", failure.status)
end

function tests.a_request_beside_a_submitted_message_takes_nothing_of_it()
  local busy = client()
  local tag = assert(busy:submit(message "!answer=submitted"))
  check.equal(200, assert(busy:request("GET", "/v1/projects")).status)
  check.equal(tag, busy:poll().tag)
end

function tests.any_call_can_be_submitted_and_cancelled()
  local busy = of_agent()
  local tags = {
    [assert(busy:submit_request("GET", "/v1/projects"))] = "response",
    [assert(busy:submit_upload("/v1/ai-agent/files", robofy.upload { { name = "a", text = "b" } }))] = "response",
    [assert(busy:submit_chat { query = "Hello", platform = "telegram" })] = "reply",
  }
  for _ = 1, 3 do
    local completion = busy:poll()
    assert(completion[tags[completion.tag]], completion.error)
  end
  local tag = assert(busy:submit_request("GET", "/v1/projects", { query = { standin = "delay-ms=60000" } }))
  check.equal(true, busy:cancel(tag))
  check.equal("cancelled", busy:poll().error.status)
end

function tests.a_message_of_another_platform_is_answered()
  local reply = assert(of_agent():chat_send { query = "!echo", platform = "telegram" })
  check.equal("telegram", json.decode(reply.answer).user_context.platform)
end

function tests.a_form_is_checked_and_sent()
  local upload = assert(robofy.upload {
    { name = "chatbot_id", text = "bot" }, { name = "more", bytes = "\0\255", file_name = "two.bin", content_type = "application/pdf" },
  })
  check.equal(0, upload:total())
  local received = json.decode(assert(client():upload("/v1/ai-agent/files", upload)).data)
  for _, part in ipairs { 'name="chatbot_id"', 'filename="two.bin"', "application/pdf" } do
    check.contains(part, received.body)
  end
  check.equal(received.bytes, upload:sent())
  local _, failure = client():upload("/v1/ai-agent/files", robofy.upload { { name = "file", path = "/no/such.pdf" } })
  check.contains("such.pdf", failure)
  _, failure = robofy.upload { { name = "a\0b", text = "" } }
  check.equal("invalid_argument", failure.status)
  check.raises("name must be a string", robofy.upload, { { text = "a" } })
  check.raises("file_name must be a string", robofy.upload, { { name = "file", bytes = "a" } })
  check.raises("a part must be a table", robofy.upload, { "a" })
end

function tests.a_page_of_leads_is_asked_for_when_it_is_needed()
  local busy = of_agent()
  local leads = assert(busy:leads { session_id = "7", timeout = 30 })
  check.contains('"answered":0', busy:stats())
  check.contains("Lead 0", leads:next())
  check.contains("Lead 1", leads:next())
  check.contains('"answered":1', busy:stats())
end

function tests.leads_that_cannot_be_had_are_an_error()
  for _ in assert(of_agent():leads { pid = "empty" }) do error "there are none" end
  local ok, failure = pcall(function()
    for _ in assert(of_agent():leads { pid = "loop" }) do end
  end)
  check.equal(false, ok)
  check.equal("protocol", failure.status)
  local _, refused = assert(of_agent():leads { pid = ".." }):next()
  check.equal("invalid_argument", refused.status)
end

function tests.sessions_and_settings_are_lua_values()
  local sessions = assert(of_agent():sessions { chatbot_id = "array" })
  check.equal("Asha", sessions[1].user_profile_name)
  check.equal(nil, sessions[1].website_url)
  local settings = assert(of_agent():agent_settings())
  check.equal("low", settings.thinking_mode)
  check.contains("unheard_of", settings.body)
  check.equal(nil, settings.none)
end

-- Streams

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
  for _, way in ipairs { "os.exit(3)", "os.exit(3, true)", "error 'enough'" } do
    local program = ([[
      local robofy = require "robofy"
      local client = assert(robofy.client("key", { base_url = os.getenv "ROBOFY_BASE_URL", pid = "1", chatbot_id = "2" }))
      local stream = assert(client:stream("%s", { query = "%s" }))
      assert(stream:next())
      %s]]):format(service.STREAM, SILENCE, way)
    local output = io.popen(('LUA_PATH="%s" luajit -e \'%s\' 2>&1; echo $?'):format(package.path, program:gsub("'", '"')))
    check.equal(way:find "error" and "1" or "3", output:read "*a":match "(%d+)\n$")
    output:close()
  end
end

function tests.ctrl_c_ends_a_wait_for_an_event()
  local program = ([[
    local robofy = require "robofy"
    local client = assert(robofy.client("key", { base_url = os.getenv "ROBOFY_BASE_URL", pid = "1", chatbot_id = "2" }))
    for _ in assert(client:stream("%s", { query = "%s" })) do end]]):format(service.STREAM, SILENCE)
  local command = ([[LUA_PATH="%s" luajit -e '%s' 2>&1 & sleep 1; kill -INT $!; wait $!; echo $?]]):format(package.path, program)
  local output = io.popen(command)
  local said = output:read "*a"
  output:close()
  check.contains("interrupted!", said)
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
