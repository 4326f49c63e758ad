require_relative "lib/robofy" # with the gem: require "robofy"

client = Robofy::Client.new(ENV["ROBOFY_API_KEY"], base_url: ENV["ROBOFY_BASE_URL"])
puts client.whatsapp_chat(pid: ENV["ROBOFY_PID"], chatbot_id: ENV["ROBOFY_CHATBOT_ID"], query: ARGV[0])
