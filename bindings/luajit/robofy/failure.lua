local getters = require "robofy.getters"
local statuses = require "robofy.statuses"

-- An error of these fields; what is needed and not given is filled in.
return function(fields)
  fields.number = fields.number or statuses[fields.status] or error("unknown status: " .. tostring(fields.status), 2)
  fields.message = fields.message or fields.status
  -- The library's errors of these are, always.
  if fields.is_retryable == nil then
    fields.is_retryable = fields.status == "connect" or fields.status == "rate_limited"
  end
  return setmetatable(fields, getters.Error)
end
