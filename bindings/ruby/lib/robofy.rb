# frozen_string_literal: true

require_relative "robofy/version"
require_relative "robofy/errors"
require_relative "robofy/failures"
require_relative "robofy/native"
require_relative "robofy/handle"
require_relative "robofy/arguments"
require_relative "robofy/log"
require_relative "robofy/reply"
require_relative "robofy/response"
require_relative "robofy/session"
require_relative "robofy/agent_settings"
require_relative "robofy/endpoints"
require_relative "robofy/upload"
require_relative "robofy/enums"
require_relative "robofy/lent"
require_relative "robofy/event"
require_relative "robofy/part"
require_relative "robofy/outcome"
require_relative "robofy/stream_event"
require_relative "robofy/waiting"
require_relative "robofy/stream"
require_relative "robofy/chat"
require_relative "robofy/dispatcher"
require_relative "robofy/client"
require_relative "robofy/calls"
require_relative "robofy/options"
require_relative "robofy/text"
require_relative "robofy/incoming"
require_relative "robofy/webhook"
require_relative "robofy/inbox"
require_relative "robofy/inbox_options"

# Sends users' messages to Robofy AI agents and gets the answers.
module Robofy
  autoload :FakeClient, "robofy/fake_client"

  # The version of the library that is loaded.
  def self.library_version
    Native.call(:robofy_version)
  end

  # The library's name of a status's number, such as "rate_limited"; "unknown" for one that it does not have.
  def self.status_name(number)
    Native.call(:robofy_status_name, Arguments.integer("number", number))
  end
end
