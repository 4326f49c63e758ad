-- Sends WhatsApp users' messages to Robofy AI agents and gets the answers.
local ffi = require "ffi"
local client = require "robofy.client"
require "robofy.response"
local failure = require "robofy.failure"
local fake = require "robofy.fake"
local inbox = require "robofy.inbox"
local native = require "robofy.native"
local text = require "robofy.text"
local together = require "robofy.together"
local upload = require "robofy.upload"
local webhook = require "robofy.webhook"

return {
  client = client.new,
  together = together.new,
  upload = upload.new,
  format = text.format,
  split = text.split,
  webhook = webhook.new,
  inbox = inbox.new,
  -- For tests of programs: fake { "Hello!", failure { status = "rate_limited", retry_after = 7 } }.
  fake = fake.new,
  failure = failure,
  -- The version of the library that is loaded.
  version = function() return ffi.string(native.library().robofy_version()) end,
  -- The name of a status's number, such as "rate_limited"; "unknown" for a number that the library does not have.
  status_name = function(number) return ffi.string(native.library().robofy_status_name(number)) end,
}
