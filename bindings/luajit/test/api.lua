-- The calls that are no chats with WhatsApp's users: a table of tests.
local check = require "check"
local json = require "json"
local robofy = require "robofy"
local service = require "service"

local client, message = service.client, service.message
local tests = {}

local function of_agent(options)
  local all = { pid = "31415", chatbot_id = "DKDvwn" }
  for name, value in pairs(options or {}) do all[name] = value end
  return client(all)
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
  check.raises("page must be a string", function()
    client():request("GET", "/v1/projects", { query = { page = 1.5 } })
  end)
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
  local refused = { { timeout = 0 }, { max_response_bytes = 0 }, { body = "a\0b" }, { query = { a = "\0" } } }
  for _, options in ipairs(refused) do
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
    { name = "chatbot_id", text = "bot" },
    { name = "more", bytes = "\0\255", file_name = "two.bin", content_type = "application/pdf" },
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

return tests
