local robofy = require "robofy"
local client = assert(robofy.client { base_url = os.getenv "ROBOFY_BASE_URL" })
local reply = assert(client:whatsapp_chat {
  pid = os.getenv "ROBOFY_PID", chatbot_id = os.getenv "ROBOFY_CHATBOT_ID", query = arg[1],
})
print(reply.answer)
