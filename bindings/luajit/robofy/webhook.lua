-- Webhooks of WhatsApp's channels: verified and read in one call, so that nobody reads what is not verified.
local arguments = require "robofy.arguments"
local bridge = require "robofy.bridge"
local getters = require "robofy.getters"
local native = require "robofy.native"

jit.off(true, true)

local Webhook = {}
Webhook.__index = Webhook

---What a webhook's body says: a list of its events, in their order. None is normal: answer 200.
---@class robofy.Incoming: robofy.Event[]
---How many messages and statuses have no identifier or no user, and so are no event: worth a line in a log.
---@field skipped integer

-- Throws a refusal.
local function new(channel, ...)
  local number, secrets = arguments.member("channel", channel, getters.channels), { ... }
  -- One that is nil, as of a variable that is not set, is not none.
  for place = 1, select("#", ...) do arguments.secret("secret", secrets[place]) end
  local pointer = bridge.own("webhook", bridge.demand("robofy_webhook_new", number, secrets[1]))
  for place = 2, #secrets do native.library().robofy_webhook_add_secret(pointer, secrets[place]) end
  return setmetatable({ pointer = pointer, channel = channel }, Webhook)
end

function Webhook:open_pointer()
  return self.pointer or arguments.mistake "this webhook is closed: make another"
end

local function read(webhook, body, signature, url)
  arguments.expect("string", "body", body)
  if signature ~= nil then signature = arguments.header("signature", signature) end
  if url ~= nil then url = arguments.text("url", url) end
  local incoming = bridge.demand("robofy_webhook_read", webhook, url, signature, body, #body)
  bridge.own("incoming", incoming)
  local library = native.library()
  local events = { skipped = library.robofy_incoming_skipped(incoming) }
  for index = 0, library.robofy_incoming_count(incoming) - 1 do
    local event = library.robofy_incoming_event(incoming, index)
    events[index + 1] = bridge.lend(getters.event(library, event), event, incoming)
  end
  if not events[1] then bridge.free("incoming", incoming) end
  return events
end

---Verifies the body of a POST and reads it. An error of the status "signature" is to be answered with 401, one of
---"invalid_argument" with 400: the body is not JSON (Twilio: a form), over 3 MB, or deeper than 128 levels.
---@param body string The bytes as they came: one that was parsed and written again has another signature.
---@param signature? string The header X-Hub-Signature-256 of Meta, X-Webhook-Hmac of WAHA, Authorization of Evolution
---API, X-Twilio-Signature of Twilio; nil if the request has none.
---@param url? string The public URL as Twilio calls it, with its query; the other channels do not sign it.
---@return robofy.Incoming?
---@return robofy.Error?
function Webhook:read(body, signature, url)
  return arguments.checked(read, self:open_pointer(), body, signature, url)
end

local function challenge(webhook, query, verify_token)
  query, verify_token = arguments.header("query", query), arguments.text("verify_token", verify_token)
  return bridge.take_text(native.library().robofy_webhook_challenge(webhook, query, verify_token))
end

---What to answer, with 200 and as plain text, to the GET by which Meta asks for a webhook. Nil if the request is not
---that, or has another token: answer 403.
---@param query string The query of the request's URL, as it stands there.
---@param verify_token string The token that was entered at Meta.
---@return string?
function Webhook:challenge(query, verify_token)
  return arguments.checked(challenge, self:open_pointer(), query, verify_token)
end

---Lets go of it and wipes its copies of the secrets. May be called again.
function Webhook:close()
  if self.pointer then bridge.free("webhook", self.pointer) end
  self.pointer = nil
end

function Webhook:__tostring() return ("<webhook of %s>"):format(self.channel) end

return {
  ---What reads the webhooks of a channel. The secrets are Meta's app secret; WAHA's HMAC key; Evolution API's `jwt_key`
  ---or the instance's API key; Twilio's auth token: several while one is replaced by another. Without any, what is not
  ---signed is read, as 360dialog's webhooks are: something else has to keep strangers away then.
  ---@param channel robofy.Channel
  ---@param ... string
  ---@return robofy.Webhook?
  ---@return robofy.Error?
  new = function(channel, ...) return arguments.checked(new, channel, ...) end,
}
