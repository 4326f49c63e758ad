-- What a client sends: messages, requests and forms, each in the two ways of the library.
local arguments = require "robofy.arguments"
local bridge = require "robofy.bridge"
local native = require "robofy.native"
local parameters = require "robofy.parameters"
local upload = require "robofy.upload"

jit.off(true, true)

local calls = {}

---@class robofy.CallOptions
---The pairs of the URL's query, which are encoded here.
---@field query? table<string, string|integer|boolean>
---The text of a JSON value; nil for no body.
---@field body? string
---Seconds for this call, retries and waits included; nil for the client's.
---@field timeout? number
---The largest body that is read; nil for the client's.
---@field max_response_bytes? integer

local function query(name, pairs_given)
  local names = {}
  for key, value in pairs(arguments.expect("table", name, pairs_given)) do
    arguments.text("a name of the query", key)
    local kind = type(value)
    if kind ~= "boolean" and not (kind == "number" and value % 1 == 0) then arguments.expect("string", key, value) end
    names[#names + 1] = key
  end
  table.sort(names)
  return names, pairs_given
end

local OPTIONS = {
  query = { query },
  timeout = { arguments.milliseconds, "robofy_call_set_timeout_ms" },
  max_response_bytes = { arguments.size, "robofy_call_set_max_response_bytes" },
}
local REQUEST = { body = { arguments.message_text } }
for name, parameter in pairs(OPTIONS) do REQUEST[name] = parameter end

local function text(value) return type(value) == "number" and ("%.0f"):format(value) or tostring(value) end

-- How a call behaves. Throws a refusal.
local function call_of(known, options)
  local library = native.library()
  local values = bridge.checked(known, arguments.expect("table", "options", options or {}))
  local call = bridge.set(bridge.own("call", library.robofy_call_new()), OPTIONS, {
    timeout = values.timeout, max_response_bytes = values.max_response_bytes,
  })
  local names, all = unpack(values.query or { {} })
  for _, name in ipairs(names) do
    library.robofy_call_add_query(call, name, arguments.message_text(name, text(all[name])))
  end
  return call, values
end

local function request(_, method, path, options)
  method, path = arguments.text("method", method), arguments.text("path", path)
  local call, values = call_of(REQUEST, options)
  return { method, path, nil, values.body and values.body[1], call, n = 5, kind = "call", owned = call }
end

local function form(_, path, parts, options)
  path = arguments.text("path", path)
  if getmetatable(parts) ~= upload.Upload then error("upload must be made by robofy.upload", 0) end
  local call = call_of(OPTIONS, options)
  return { path, parts.pointer, call, n = 3, kind = "call", owned = call }
end

-- What a message and its client say. Throws a refusal.
function calls.check(client, message)
  local whole = client:whole({ "pid", "chatbot_id" }, arguments.expect("table", "the message", message))
  arguments.expect("string", "query", whole.query)
  return bridge.checked(parameters.message, whole)
end

local function chat(client, message)
  local values = calls.check(client, message)
  local made = native.library().robofy_message_new(values.pid[1], values.chatbot_id[1], values.query[1])
  local owned = bridge.set(bridge.own("message", made), parameters.message, values)
  return { owned, n = 1, kind = "message", owned = owned }
end

local function stream(client, path, message)
  path = arguments.text("path", path)
  local prepared = chat(client, message)
  prepared[1], prepared[2], prepared.n = path, prepared.owned, 2
  return prepared
end

-- By the client's method: what it hands over, which is freed behind the call; what sends that and waits, what submits
-- it, and what comes of it.
calls.ways = {
  whatsapp_chat = { prepare = chat, send = "robofy_whatsapp_send", submit = "robofy_whatsapp_submit", gives = "reply" },
  chat_send = { prepare = chat, send = "robofy_chat_send", submit = "robofy_chat_submit", gives = "reply" },
  request = { prepare = request, send = "robofy_client_request", submit = "robofy_request_submit", gives = "response" },
  upload = { prepare = form, send = "robofy_client_upload", submit = "robofy_upload_submit", gives = "response" },
  stream = { prepare = stream },
}

-- Calls a function of the library with what was prepared, and with a tag if there is one.
function calls.hand_over(name, client, prepared, tag)
  local count = prepared.n + (tag and 1 or 0)
  if tag then prepared[count] = tag end
  local result, failure = bridge.attempt(name, client, unpack(prepared, 1, count))
  bridge.free(prepared.kind, prepared.owned)
  return result, failure
end

return calls
