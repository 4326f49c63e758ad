# frozen_string_literal: true

require_relative "robofy/version"
require_relative "robofy/errors"
require_relative "robofy/native"
require_relative "robofy/arguments"
require_relative "robofy/reply"
require_relative "robofy/chat"
require_relative "robofy/dispatcher"
require_relative "robofy/client"

# Sends WhatsApp users' messages to Robofy AI agents and gets the answers.
module Robofy
end
