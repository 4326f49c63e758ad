# frozen_string_literal: true

module Robofy
  # A client for tests of your own, which sends nothing and needs no library. What it is given stands for one message
  # after another: an answer, a Reply, an error, or a Proc that makes one of these of the message; or else a block answers
  # each message.
  #
  #     client = Robofy::FakeClient.new("Hello!", Robofy::RateLimitedError.new("slow down", retry_after: 2.0))
  class FakeClient < Client
    # The messages that it was asked to send, oldest first: a Hash of its keywords each.
    attr_reader :messages

    def initialize(*outcomes, pid: "pid", chatbot_id: "chatbot_id", &block)
      @pid = pid
      @chatbot_id = chatbot_id
      @outcome = block || proc { outcomes.shift || raise("this fake client has no outcome for a further message") }
      @messages = []
    end

    def submit(**message)
      raise_if_closed
      checked(**message)
      messages << { pid: @pid, chatbot_id: @chatbot_id, **message }
      outcome = @outcome.call(messages.last)
      outcome = outcome.call(messages.last) if outcome.is_a?(Proc)
      failed = outcome.is_a?(Exception)
      Chat.new(nil, nil).tap { |chat| chat.settle(failed ? nil : reply(outcome), failed ? outcome : nil) }
    end

    def stats
      raise_if_closed
      { in_flight: 0, messages: messages.size }
    end

    def close
      @closed = true
      nil
    end

    private

    def raise_if_closed
      raise "this client is closed: make another" if @closed
    end

    def reply(outcome)
      return outcome if outcome.is_a?(Reply)

      Reply.new(answer: outcome, session_id: messages.last[:session_id], message: "Success", attempts: 1, elapsed: 0.0,
                body: JSON.generate(data: { answer: outcome })).freeze
    end
  end
end
