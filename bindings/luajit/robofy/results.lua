-- The library's replies and errors as Lua tables.
local getters = require "robofy.getters"
local native = require "robofy.native"
local statuses = require "robofy.statuses"

local results = {}

local Reply = { __tostring = function(reply) return reply.answer end }
local Error = { __tostring = function(failure) return failure.message end }

-- Reads a reply of the library, which stays its owner's.
function results.reply(pointer) return setmetatable(getters.reply(native.library(), pointer), Reply) end

-- Reads an error of the library, which stays its owner's.
function results.error(pointer) return setmetatable(getters.error(native.library(), pointer), Error) end

-- A reply that no service gave.
function results.answer(text, session_id)
  local body = ('{"data":{"answer":%q}}'):format(text)
  return setmetatable(
    { answer = text, session_id = session_id, message = "Success", body = body, attempts = 1, elapsed = 0 },
    Reply
  )
end

-- An error of these fields; what is needed and not given is filled in.
function results.failure(fields)
  fields.number = fields.number or statuses[fields.status]
  fields.message = fields.message or fields.status
  fields.is_retryable = fields.is_retryable or false
  return setmetatable(fields, Error)
end

return results
