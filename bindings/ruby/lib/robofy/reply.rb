# frozen_string_literal: true

require "json"

module Robofy
  # The agent's complete answer and what came with it; to_s is the answer.
  class Reply
    # The text to forward to the user, never empty.
    attr_reader :answer
    # The conversation; nil if the service named none.
    attr_reader :session_id
    # The service's own word, such as "Success"; nil if it sent none.
    attr_reader :message
    # The response as received: JSON.
    attr_reader :body
    # How many requests it took.
    attr_reader :attempts
    # Seconds, retries included.
    attr_reader :elapsed

    # Reads a reply of the library, which stays its owner's.
    def initialize(reply)
      @answer = Native.call(:robofy_reply_answer, reply)
      @session_id = Native.call(:robofy_reply_session_id, reply)
      @message = Native.call(:robofy_reply_message, reply)
      @body = Native.call(:robofy_reply_json, reply)
      @attempts = Native.call(:robofy_reply_attempts, reply)
      @elapsed = Native.call(:robofy_reply_elapsed_us, reply) / 1e6
      freeze
    end

    # The response, parsed.
    def json
      JSON.parse(body)
    end

    def to_s
      answer
    end
  end
end
