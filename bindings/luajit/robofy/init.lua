-- Sends WhatsApp users' messages to Robofy AI agents and gets the answers.
local client = require "robofy.client"
local native = require "robofy.native"
local together = require "robofy.together"

return {
  client = client.new,
  together = together.new,
  -- The version of the library that is loaded.
  version = function() return native.text(native.library().robofy_version()) end,
}
