rockspec_format = "3.0"
package = "robofy"
version = "0.1.0-1"
source = { url = "git+file://robofy", tag = "v0.1.0" }
description = {
   summary = "Send a WhatsApp user's message to a Robofy AI agent and get the answer",
   license = "MIT OR Apache-2.0",
}
dependencies = { "lua == 5.1" }
build = {
   type = "builtin",
   modules = {
      ["robofy"] = "robofy/init.lua",
      ["robofy.arguments"] = "robofy/arguments.lua",
      ["robofy.bridge"] = "robofy/bridge.lua",
      ["robofy.calls"] = "robofy/calls.lua",
      ["robofy.client"] = "robofy/client.lua",
      ["robofy.declarations"] = "robofy/declarations.lua",
      ["robofy.failure"] = "robofy/failure.lua",
      ["robofy.fake"] = "robofy/fake.lua",
      ["robofy.getters"] = "robofy/getters.lua",
      ["robofy.inbox"] = "robofy/inbox.lua",
      ["robofy.lists"] = "robofy/lists.lua",
      ["robofy.native"] = "robofy/native.lua",
      ["robofy.parameters"] = "robofy/parameters.lua",
      ["robofy.response"] = "robofy/response.lua",
      ["robofy.statuses"] = "robofy/statuses.lua",
      ["robofy.stream"] = "robofy/stream.lua",
      ["robofy.text"] = "robofy/text.lua",
      ["robofy.together"] = "robofy/together.lua",
      ["robofy.upload"] = "robofy/upload.lua",
      ["robofy.webhook"] = "robofy/webhook.lua",
   },
}
