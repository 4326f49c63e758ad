-- The library's replies and errors as Lua tables.
local native = require "robofy.native"

local results = {}

-- In the order of the library's numbers, from 1.
results.statuses = {
  "invalid_argument", "connect", "tls", "timeout", "interrupted", "protocol", "bad_request", "unauthorized", "forbidden",
  "not_found", "rate_limited", "server", "cancelled", "overloaded", "internal",
}

local Reply = { __tostring = function(reply) return reply.answer end }
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

-- Reads an error of the library, which stays its owner's.
function results.error(pointer)
  local library = native.library()
  local number = tonumber(library.robofy_error_status(pointer))
  return setmetatable({
    status = results.statuses[number] or number,
    message = native.text(library.robofy_error_message(pointer)),
    http_status = nonzero(library.robofy_error_http_status(pointer)),
    code = native.text(library.robofy_error_code(pointer)),
    detail = native.text(library.robofy_error_detail(pointer)),
    is_retryable = library.robofy_error_is_retryable(pointer),
    retry_after = nonzero(tonumber(library.robofy_error_retry_after_ms(pointer)) / 1000),
  }, Error)
end

-- An argument that cannot be sent, found here.
function results.refusal(message)
  return setmetatable({ status = "invalid_argument", message = message, is_retryable = false }, Error)
end

return results
