# frozen_string_literal: true

module Robofy
  # A client for tests of your own, which sends nothing and needs no library. What it is given stands for one call
  # after another: an answer, a Reply, an error, or a Proc that makes one of these of the message; or else a block answers
  # each message. A request takes a Response or the data of one, as leads, sessions and agent_settings do; a stream an Array
  # of events, deltas as Strings, and an error.
  #
  #     client = Robofy::FakeClient.new("Hello!", Robofy::RateLimitedError.new("slow down", retry_after: 2.0))
  class FakeClient < Client
    # The messages that it was asked to send, oldest first: a Hash of its keywords each.
    attr_reader :messages
    # The requests, uploads and streams that it was asked for: a Hash each.
    attr_reader :calls

    def initialize(*outcomes, pid: "pid", chatbot_id: "chatbot_id", &block)
      @pid = pid
      @chatbot_id = chatbot_id
      @outcome = block || proc { outcomes.shift || raise("this fake client has no outcome for a further message") }
      @messages = []
      @calls = []
    end

    def submit(**message)
      raise_if_closed
      checked(**message)
      messages << { pid: @pid, chatbot_id: @chatbot_id, **message }
      settled(messages.last) { |outcome| reply(outcome) }
    end

    def submit_chat(**message)
      submit(**message)
    end

    def submit_request(method, path, query: nil, body: nil, timeout: nil, max_response_bytes: nil)
      more = { query: query, body: body, timeout: timeout, max_response_bytes: max_response_bytes }
      called(method: method, path: path, **more.compact)
    end

    def submit_upload(path, upload, timeout: nil)
      called(**{ path: path, upload: upload, timeout: timeout }.compact)
    end

    def stream(path, **message)
      raise_if_closed
      checked(**message)
      calls << { path: path, **message }
      outcome = outcome_of(calls.last)
      raise outcome if outcome.is_a?(Exception)

      stream = FakeStream.new(outcome)
      block_given? ? yield(stream) : stream
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

    def called(**call)
      raise_if_closed
      calls << call
      settled(call) do |outcome|
        next outcome if outcome.is_a?(Response)

        Response.new(body: JSON.generate(message: "Success", data: outcome))
      end
    end

    def settled(asked)
      outcome = outcome_of(asked)
      failed = outcome.is_a?(Exception)
      Chat.new(nil, nil).tap { |chat| chat.settle(failed ? nil : yield(outcome), failed ? outcome : nil) }
    end

    def outcome_of(asked)
      outcome = @outcome.call(asked)
      outcome.is_a?(Proc) ? outcome.call(asked) : outcome
    end

    def reply(outcome)
      return outcome if outcome.is_a?(Reply)

      Reply.new(answer: outcome, session_id: messages.last[:session_id], message: "Success", attempts: 1, elapsed: 0.0,
                body: JSON.generate(data: { answer: outcome })).freeze
    end
  end

  # A stream of what a fake client was given.
  class FakeStream < Stream
    def initialize(events)
      @events = events.dup
      @text = +""
      @closed = false
    end

    attr_reader :session_id

    def next_event(_seconds = nil)
      raise "this stream is closed: ask again" if @closed

      event = @events.shift
      raise event if event.is_a?(Exception)

      event = StreamEvent.new(kind: :delta, text: event, name: "text-delta", body: "{}") if event.is_a?(String)
      @text << event.text if event&.kind == :delta
      @session_id = event.text if event&.kind == :session
      event
    end

    def done?
      @events.empty?
    end

    def text
      @text.dup
    end

    def cancel
      return false if done?

      @events = [CancelledError.new("the stream was cancelled")]
      true
    end

    def close
      @closed = true
      nil
    end
  end
  private_constant :FakeStream
end
