-- What an endpoint has answered.
local ffi = require "ffi"
local arguments = require "robofy.arguments"
local getters = require "robofy.getters"
local native = require "robofy.native"

local Response = getters.Response
Response.__index = Response

---A header, by its name in upper or lower case.
---@param name string
---@return string?
function Response:header(name)
  if self.headers then return self.headers[name:lower()] end
  local text, refusal = arguments.checked(arguments.text, "name", name)
  local value = not refusal and native.library().robofy_response_header(self.pointer, text)
  if value and value ~= nil then return ffi.string(value) end
end

-- Nothing of the body, which may hold a secret.
function Response:__tostring() return ("<response %d, %d bytes>"):format(self.status, #self.body) end

return Response
