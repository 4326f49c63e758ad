# frozen_string_literal: true

require "json"

module Robofy
  # The agent's complete answer and what came with it:
  #
  # - `answer`: the text to forward to the user, never empty; also `to_s`
  # - `session_id`: the conversation; nil if the service named none
  # - `message`: the service's own word, such as "Success"; nil if it sent none
  # - `body`: the response as received: JSON
  # - `attempts`: how many requests it took
  # - `elapsed`: seconds, retries included
  Reply = Struct.new(:answer, :session_id, :message, :body, :attempts, :elapsed, keyword_init: true) do
    # Reads a reply of the library, which stays its owner's.
    def self.read(reply)
      texts = { answer: :answer, session_id: :session_id, message: :message, body: :json, attempts: :attempts }
      said = texts.transform_values { |name| Native.call(:"robofy_reply_#{name}", reply) }
      new(**said, elapsed: Native.call(:robofy_reply_elapsed_us, reply) / 1e6).freeze
    end

    # The response, parsed.
    def json
      JSON.parse(body)
    end

    # The answer as the WhatsApp messages to send, none of them blank: Robofy.format, then Robofy.split.
    def parts(limit: 0)
      Robofy.split(Robofy.format(answer), limit: limit)
    end

    def to_s
      answer
    end
  end
end
