-- What a client reads of an agent: its leads, its conversations, its settings. Each of these calls blocks.
local ffi = require "ffi"
local arguments = require "robofy.arguments"
local bridge = require "robofy.bridge"
local getters = require "robofy.getters"
local native = require "robofy.native"

jit.off(true, true)

---@class robofy.AgentOptions
---The project; nil for the client's.
---@field pid? string
---The agent; nil for the client's.
---@field chatbot_id? string
---Seconds for each call; nil for the client's.
---@field timeout? number

---@class robofy.LeadsOptions: robofy.AgentOptions
---Only the leads of this conversation.
---@field session_id? string

local AGENT = {
  pid = { arguments.message_text }, chatbot_id = { arguments.message_text }, timeout = { arguments.milliseconds },
}
local LEADS = { session_id = { arguments.message_text, "robofy_leads_set_session_id" } }
for name, parameter in pairs(AGENT) do LEADS[name] = { parameter[1] } end

-- What is given and what the client has, and how a call with this timeout behaves. Throws a refusal.
local function prepared(client, known, needed, options)
  local values = bridge.checked(known, client:whole(needed, arguments.expect("table", "options", options or {})))
  if values.timeout then
    values.call = bridge.own("call", native.library().robofy_call_new())
    native.library().robofy_call_set_timeout_ms(values.call, values.timeout[1])
    values.timeout = nil
  end
  return values
end

local function prepare(client, ...)
  client:open_pointer()
  return arguments.checked(prepared, client, ...)
end

-- An iterator over leads, which asks for each page when it is needed.
local Leads = {}
Leads.__index = Leads

local function rows_of(library, page)
  local rows = {}
  for index = 0, tonumber(library.robofy_page_count(page)) - 1 do
    rows[index + 1] = ffi.string(library.robofy_page_row(page, index))
  end
  library.robofy_page_free(page)
  return rows
end

---The next lead, as the service has written it: the text of a JSON value. Nil after the last one; nil and an error if
---its page could not be had.
---@return string?
---@return robofy.Error?
function Leads:next()
  while self.place > #self.rows do
    local page, failure = bridge.attempt("robofy_leads_next", self.pointer, self.client:open_pointer(), self.call)
    if not page then return nil, failure end
    self.rows, self.place = rows_of(native.library(), page), 1
  end
  self.place = self.place + 1
  return self.rows[self.place - 1]
end

-- For a loop: `for lead in leads do`. A failure is raised.
function Leads:__call()
  local lead, failure = self:next()
  if failure then error(failure, 0) end
  return lead
end

local function leads(client, options)
  local values, refusal = prepare(client, LEADS, { "pid", "chatbot_id" }, options)
  if not values then return nil, refusal end
  local call = values.call
  values.call = nil
  local pointer = bridge.own("leads", native.library().robofy_leads_new(values.pid[1], values.chatbot_id[1]))
  bridge.set(pointer, LEADS, values)
  return setmetatable({ client = client, pointer = pointer, call = call, rows = {}, place = 1 }, Leads)
end

local function sessions(client, options)
  local values, refusal = prepare(client, AGENT, { "chatbot_id" }, options)
  if not values then return nil, refusal end
  local pointer, failure
    = bridge.attempt("robofy_inbox_sessions", client:open_pointer(), values.chatbot_id[1], values.call)
  if not pointer then return nil, failure end
  return bridge.take("sessions", pointer)
end

-- Its fields are read when they are asked for: what prints tables prints no secret.
local Settings = {}

function Settings:__index(name)
  local read = getters.settings[name]
  return read and read(native.library(), rawget(self, "pointer"))
end

function Settings:__tostring() return "<settings of an agent>" end

local function agent_settings(client, options)
  local values, refusal = prepare(client, AGENT, { "pid", "chatbot_id" }, options)
  if not values then return nil, refusal end
  local pointer, failure = bridge.attempt(
    "robofy_agent_settings", client:open_pointer(), values.pid[1], values.chatbot_id[1], values.call
  )
  if not pointer then return nil, failure end
  return setmetatable({ pointer = bridge.own("settings", pointer) }, Settings)
end

return { leads = leads, sessions = sessions, agent_settings = agent_settings }
