-- WhatsApp text and webhooks: a table of tests.
local ffi = require "ffi"
local check = require "check"
local json = require "json"
local robofy = require "robofy"
local service = require "service"

local SECRET = "an app's sécret"
local OPEN = assert(robofy.webhook "meta")
local HELLO = '{"entry":[{"changes":[{"field":"messages","value":{"messages":['
  .. '{"from":"1650","id":"wamid.1","type":"text","text":{"body":"caf\\u00e9 \\u0000"}},{"type":"text"}]}}]}]}'
local tests = {}

-- Text

function tests.an_answer_is_written_as_whatsapp_text()
  check.equal("*Order 12* is ready", robofy.format "**Order 12** is ready")
  check.equal("_x_ and *y*", robofy.format("*x* and **y**", "markdown"))
  check.equal("AT&T", robofy.format("AT&amp;T", "whatsapp"))
  check.equal("half of \239\191\189", robofy.format "half of \237\160\189")
  check.equal("", robofy.format "")
end

function tests.a_text_is_split_where_it_can_be()
  check.equal("One. Two.\n\n|Three. Four.", table.concat(robofy.split("One. Two.\n\nThree. Four.", 14), "|"))
  check.equal(0, #robofy.split " \n")
  local waves = ("\240\159\145\139\240\159\143\189"):rep(3000)
  check.equal(waves, table.concat(robofy.split(waves)))
end

function tests.a_reply_has_its_parts()
  local reply = assert(service.client():whatsapp_chat(service.message '!answer="**b** and more"'))
  check.equal("*b* and more", table.concat(reply:parts()))
  check.equal("*b* and |more", table.concat(reply:parts(8), "|"))
  check.equal("*b*", robofy.fake({ "**b**" }):whatsapp_chat({ query = "Hi" }):parts()[1])
end

function tests.what_is_no_text_is_refused_by_name()
  local refused = {
    ["text contains a NUL"] = { robofy.format, "a\0b" },
    ['dialect must be one of auto, markdown, whatsapp, not "html"'] = { robofy.format, "x", "html" },
    ["limit must be an integer between 0 and 4294967295"] = { robofy.split, "x", -1 },
  }
  for words, call in pairs(refused) do
    local none, failure = call[1](unpack(call, 2))
    check.equal(nil, none)
    check.equal("invalid_argument", failure.status)
    check.contains(words, failure)
  end
  check.raises("text must be a string, not nil", robofy.format)
  check.raises("dialect must be a string, not a number", robofy.format, "x", 1)
  check.raises("limit must be a number, not a string", robofy.split, "x", "9")
  check.raises("conversation.lua:", function() robofy.format {} end)
end

-- Webhooks

-- What the error of a call must be.
local function check_refused(status, words, none, failure)
  check.equal(nil, none)
  check.equal(status, failure.status)
  check.contains(words, failure)
end

function tests.bytes_are_read_as_they_came()
  local incoming = assert(OPEN:read(HELLO))
  check.equal(1, #incoming)
  check.equal(1, incoming.skipped)
  check.equal("text", incoming[1].kind)
  check.contains("café", incoming[1].text)
  check.equal(nil, incoming[1].timestamp)
  check.equal("1650", json.decode(incoming[1].body).from)
  check.equal(0, #assert(OPEN:read "{}"))
  for body, words in pairs {
    [""] = "not JSON", ["{}\0"] = "not JSON", ['"\255"'] = "not UTF-8", [("["):rep(999)] = "nests deeper",
    [(" "):rep(3 * 2 ^ 20 + 1)] = "larger",
  } do
    check_refused("invalid_argument", words, OPEN:read(body))
  end
end

local function file_of(name)
  local file = assert(io.open(os.getenv "ROBOFY_WEBHOOKS" .. "/" .. name))
  local text = file:read "*a"
  file:close()
  return text
end

-- The bodies of the channels' documentation, from the folder that ROBOFY_WEBHOOKS names.
if os.getenv "ROBOFY_WEBHOOKS" then
  function tests.each_body_is_read_as_its_case_says()
    local count = 0
    for _, name in ipairs {
      "meta_envelope", "meta_media", "meta_people", "meta_statuses", "meta_text", "waha", "evolution", "twilio",
    } do
      local webhook = assert(robofy.webhook(name:match "^%a+"))
      for _, case in ipairs(json.decode(file_of(name .. ".json"), "body")) do
        local incoming = assert(webhook:read(case.body:find '^"' and json.decode(case.body) or case.body))
        check.equal(#case.events, #incoming)
        check.equal(case.skipped or 0, incoming.skipped)
        for place, expected in ipairs(case.events) do
          local event = incoming[place]
          event.kind, event.timestamp_ms = event.kind:upper(), event.timestamp and event.timestamp * 1000
          event.timestamp, event.body = nil, nil
          for field in pairs(event) do check.equal(expected[field], event[field]) end
          for field in pairs(expected) do check.equal(expected[field], event[field]) end
          count = count + 1
        end
      end
    end
    check.less(150, count)
  end

  function tests.each_channels_signature_is_checked()
    local vectors = file_of "vectors.rs"
    local secret, signed = vectors:match 'SECRET: &str = r#"(.-)"#', {}
    for channel, url, signature, body in vectors:gmatch '%(Channel::(%a+), r#"(.-)"#, r#"(.-)"#, r#"(.-)"#%)' do
      signed[channel:lower()] = signed[channel:lower()] or { body, signature, url }
    end
    -- Its token has ended; the key is in the body.
    signed.evolution = { ('{"event":"messages.upsert","apikey":"%s"}'):format(secret) }
    for channel, given in pairs(signed) do
      assert(robofy.webhook(channel, secret):read(unpack(given, 1, 3)))
      assert(robofy.webhook(channel, "new", secret):read(unpack(given, 1, 3)))
      check_refused("signature", "signature", robofy.webhook(channel, "another"):read(unpack(given, 1, 3)))
    end
    local body, signature = unpack(signed.meta)
    local webhook = robofy.webhook("meta", secret)
    for _, other in ipairs { "", "sha256=", signature:sub(8), signature .. "\0", "\255", signature:upper() } do
      check_refused("signature", "signature", webhook:read(body, other))
    end
    check_refused("signature", "signature", webhook:read(body))
    check_refused("signature", "signature", webhook:read(body .. " ", signature))
  end
end

function tests.what_cannot_be_used_as_a_webhook_is_refused_by_name()
  check_refused("invalid_argument", "channel must be one of meta, waha, evolution, twilio", robofy.webhook "telegram")
  check_refused("invalid_argument", "secret must not be empty", robofy.webhook("meta", ""))
  check_refused("invalid_argument", "secret must not be empty", robofy.webhook("meta", "a", ""))
  check_refused("invalid_argument", "secret contains a NUL", robofy.webhook("meta", "a\0b"))
  check_refused("invalid_argument", "secret is not valid UTF-8", robofy.webhook("meta", "a", "\255"))
  check_refused("invalid_argument", "url", robofy.webhook("twilio"):read("", nil, "https://a\0"))
  check.raises("channel must be a string, not nil", robofy.webhook)
  check.raises("secret must be a string, not nil", robofy.webhook, "meta", os.getenv "ROBOFY_NO_SUCH_SECRET")
  check.raises("secret must be a string, not nil", robofy.webhook, "meta", "a", nil)
  check.raises("body must be a string, not nil", OPEN.read, OPEN)
  check.raises("signature must be a string, not a number", OPEN.read, OPEN, "{}", 7)
  check.raises("verify_token must be a string, not nil", OPEN.challenge, OPEN, "")
  check.raises("conversation.lua:", function() OPEN:read() end)
end

function tests.the_handshake_is_answered()
  local query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me+%26+you"
  check.equal("1158201444", OPEN:challenge(query, "me & you"))
  check.equal(nil, (OPEN:challenge(query, "another")))
  check.equal(nil, (OPEN:challenge(query, "")))
  check.equal(nil, (OPEN:challenge(query .. "\0", "me & you")))
end

function tests.a_webhook_shows_no_secret_and_refuses_calls_when_it_is_closed()
  local webhook = assert(robofy.webhook("meta", SECRET))
  check.equal("<webhook of meta>", tostring(webhook))
  for _, field in pairs(webhook) do check.equal(nil, tostring(field):find(SECRET, 1, true)) end
  webhook:close()
  webhook:close()
  check.raises("this webhook is closed", webhook.read, webhook, "{}")
  check.raises("this webhook is closed", webhook.challenge, webhook, "", "a")
end

function tests.forgotten_webhooks_and_what_came_in_leave_nothing()
  local large = HELLO:gsub("caf", ("x"):rep(4000))
  check.less(service.growth(function()
    for _ = 1, 1000 do
      local webhook = robofy.webhook("meta", ("s"):rep(4000))
      check.equal(nil, (webhook:read(large, "sha256=")))
      check.equal(1, #OPEN:read(large))
      check.equal(1, #robofy.split(robofy.format(("x"):rep(4000))))
    end
  end), 8 * service.MEGABYTE)
end

return tests
