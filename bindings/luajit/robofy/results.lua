-- The library's replies and errors as Lua tables.
local native = require "robofy.native"
local statuses = require "robofy.statuses"

local results = {}

---@class robofy.Reply
---The text to forward to the user, never empty.
---@field answer string
---The conversation; nil if the service named none.
---@field session_id? string
---The service's own word, such as "Success".
---@field message? string
---The response as received: JSON.
---@field body string
---How many requests it took.
---@field attempts integer
---How many seconds it took.
---@field elapsed number
local Reply = { __tostring = function(reply) return reply.answer end }

---@class robofy.Error
---@field status robofy.Status
---The status's number.
---@field number integer
---One line that a person can act on.
---@field message string
---Nil if no response came.
---@field http_status? integer
---The service's own code, such as "UNAUTHORIZED".
---@field code? string
---The service's own sentence.
---@field detail? string
---The agent has not seen the message, and sending it again, later, may help.
---@field is_retryable boolean
---Seconds to wait before.
---@field retry_after? number
local Error = { __tostring = function(failure) return failure.message end }

local function nonzero(number)
  if number ~= 0 then return number end
end

-- Reads a reply of the library, which stays its owner's.
function results.reply(pointer)
  local library = native.library()
  return setmetatable({
    answer = native.text(library.robofy_reply_answer(pointer)),
    session_id = native.text(library.robofy_reply_session_id(pointer)),
    message = native.text(library.robofy_reply_message(pointer)),
    body = native.text(library.robofy_reply_json(pointer)),
    attempts = library.robofy_reply_attempts(pointer),
    elapsed = tonumber(library.robofy_reply_elapsed_us(pointer)) / 1e6,
  }, Reply)
end

-- A reply that no service gave.
function results.answer(text, session_id)
  local body = ('{"data":{"answer":%q}}'):format(text)
  return setmetatable(
    { answer = text, session_id = session_id, message = "Success", body = body, attempts = 1, elapsed = 0 },
    Reply
  )
end

-- Reads an error of the library, which stays its owner's.
function results.error(pointer)
  local library = native.library()
  local number = library.robofy_error_status(pointer)
  return results.failure {
    status = native.text(library.robofy_status_name(number)),
    number = number,
    message = native.text(library.robofy_error_message(pointer)),
    http_status = nonzero(library.robofy_error_http_status(pointer)),
    code = native.text(library.robofy_error_code(pointer)),
    detail = native.text(library.robofy_error_detail(pointer)),
    is_retryable = library.robofy_error_is_retryable(pointer),
    retry_after = nonzero(tonumber(library.robofy_error_retry_after_ms(pointer)) / 1000),
  }
end

-- An error of these fields; what is needed and not given is filled in.
function results.failure(fields)
  fields.number = fields.number or statuses[fields.status]
  fields.message = fields.message or fields.status
  fields.is_retryable = fields.is_retryable or false
  return setmetatable(fields, Error)
end

return results
