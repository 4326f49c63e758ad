-- A form with files.
local arguments = require "robofy.arguments"
local bridge = require "robofy.bridge"
local native = require "robofy.native"

jit.off(true, true)

local Upload = {}
Upload.__index = Upload

---@class robofy.Part
---The field's name, for example "file".
---@field name string
---Of a field: its value.
---@field text? string
---Of a file: where it is. It is read while it is sent.
---@field path? string
---Of a file in memory: what it holds.
---@field bytes? string
---The name that a file goes by; nil for the last name of its path.
---@field file_name? string
---A file's media type, for example "application/pdf"; nil for one by the file name's ending.
---@field content_type? string

local function bytes(name, value) return arguments.expect("string", name, value) end

local PART = {
  name = { arguments.text }, text = { arguments.text }, path = { arguments.text }, bytes = { bytes },
  file_name = { arguments.text }, content_type = { arguments.text },
}

local function add(library, upload, given)
  local part = bridge.checked(PART, arguments.expect("table", "a part", given))
  for name, value in pairs(part) do part[name] = value[1] end
  arguments.expect("string", "name", part.name)
  if part.text then return library.robofy_upload_add_text(upload, part.name, part.text) end
  if part.path then
    return library.robofy_upload_add_file(upload, part.name, part.path, part.file_name, part.content_type)
  end
  arguments.expect("string", "file_name", part.file_name)
  local content = arguments.expect("string", "text, path or bytes", part.bytes)
  library.robofy_upload_add_bytes(upload, part.name, content, #content, part.file_name, part.content_type)
end

local function new(parts)
  local library = native.library()
  local pointer = bridge.own("upload", library.robofy_upload_new())
  for _, part in ipairs(arguments.expect("table", "the parts", parts)) do add(library, pointer, part) end
  return setmetatable({ pointer = pointer }, Upload)
end

---How many bytes of the request's body were handed to its connection. It begins anew with each attempt.
---@return integer
function Upload:sent() return tonumber(native.library().robofy_upload_sent(self.pointer)) end

---How many bytes the request's body has; 0 before it is sent for the first time.
---@return integer
function Upload:total() return tonumber(native.library().robofy_upload_total(self.pointer)) end

return {
  Upload = Upload,
  ---A form of these parts, which may be sent again; or nil and a refusal.
  ---@param parts robofy.Part[]
  new = function(parts) return arguments.checked(new, parts) end,
}
