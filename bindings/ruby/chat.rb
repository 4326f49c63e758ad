require "robofy"

client = Robofy::Client.new(pid: ENV["ROBOFY_PID"], chatbot_id: ENV["ROBOFY_CHATBOT_ID"], base_url: ENV["ROBOFY_BASE_URL"])
puts client.whatsapp_chat(query: ARGV[0])
