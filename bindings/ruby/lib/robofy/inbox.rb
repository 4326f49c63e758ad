# frozen_string_literal: true

require "json"

module Robofy
  # Takes what users write, asks the agent once for each burst of messages, in the order of each session, and gives what is
  # to be sent: each, and what Enumerable makes of it, goes over the outcomes as they come, and waits for each as Ruby waits.
  # The other threads run meanwhile, and under a Fiber scheduler the other fibers. It ends when the inbox is closed.
  #
  #     inbox = Robofy::Inbox.new(client, path: "/var/lib/bot")
  #     inbox.offer(event)
  #     inbox.each do |outcome|
  #       outcome.parts.each_with_index { |part, index| inbox.sent(outcome, index, send_to_whatsapp(part.request)) }
  #     end
  #
  # What it accepts ends in one outcome, also after a restart if it has a path. Threads may share an inbox, and each outcome
  # goes to one of them. It may outlive its client. After fork it belongs to the parent: in the child there is nothing to
  # poll, and all else is a StorageError.
  class Inbox
    include Enumerable
    include Waiting

    # An inbox for the time of a block, closed at its end.
    def self.open(*arguments, **options)
      inbox = new(*arguments, **options)
      yield inbox
    ensure
      inbox&.close
    end

    # Takes an Event of a webhook. What is :queued is kept when this returns: with a path, on disk and synced. Returns
    # :queued, :duplicate, :paused, :ignored or :took_over, which ACCEPTS describes. Raises StorageError if it cannot be
    # kept, and OverloadedError at max_pending: answer the webhook with 503 then, and it comes again.
    def offer(event)
      raise TypeError, "event must be a Robofy::Event, not #{event.class}" unless event.is_a?(Event)

      accept(:robofy_inbox_offer, pointer_of("event", event, "read a webhook for it, or use offer_text"))
    end

    # Takes a text, for who has no webhook. channel_id is the business's side of the conversation, nil where there is one
    # alone; user the sender's number, or other identifier; message_id is what makes it a duplicate when it comes again.
    def offer_text(channel_id, user, message_id, text)
      channel_id = Arguments.text("channel_id", channel_id) unless channel_id.nil?
      ids = { "user" => user, "message_id" => message_id }.map { |name, value| Arguments.text(name, value) }
      accept(:robofy_inbox_offer_text, channel_id, *ids, Arguments.message_text("text", text))
    end

    # The next Outcome: waits until there is one, or for so many seconds. Nil if none came in time, if the inbox is closed
    # meanwhile, and in a forked child.
    def poll(seconds = nil)
      limit = seconds && now + Arguments.duration("seconds", seconds) / 1000.0
      raise_if_closed
      until @closed || forked?
        outcome = taken
        left = limit && limit - now
        return outcome if outcome || left&.then { |seconds| seconds <= 0 }

        wait(left)
      end
    end

    def each
      return to_enum(:each) unless block_given?

      raise_if_closed
      while (outcome = @closed ? nil : poll) # which the block may have closed
        yield outcome
      end
      self
    end

    # A descriptor for other event loops: readable while outcomes wait. When it is, poll(0) until that returns nil. It must
    # not be read or closed. Raises ConnectError if the process has no descriptor left, and in a forked child.
    def poll_fd
      raise ConnectError, "the inbox belongs to the process that was forked: make another" if forked?

      raise_if_closed
      doorbell.fileno
    end

    # A part of an outcome, from 0 on, was sent; provider_id is the channel's identifier of it, if there is one. Raises
    # StorageError if that is not kept: report it again.
    def sent(outcome, part, provider_id = nil)
      provider_id = Arguments.text("provider_id", provider_id) unless provider_id.nil?
      report(:robofy_inbox_sent, outcome, part, provider_id)
    end

    # A part of an outcome could not be sent, for this code of Meta's, HTTP status from 400 on, or less than 0 for a lost
    # connection. Send no more of that outcome: what is left of it comes again by itself. Raises StorageError as sent.
    def failed(outcome, part, code)
      lost = code.is_a?(Integer) && code.negative?
      report(:robofy_inbox_failed, outcome, part, lost ? -1 : Arguments.integer("code", code, 0, 31))
    end

    # A person has this user's conversation for so many seconds: the agent is silent. Raises StorageError, and
    # InvalidArgumentError before any message has come.
    def pause(session_id, seconds)
      session = Arguments.text("session_id", session_id)
      told(:robofy_inbox_pause, session, Arguments.duration("seconds", seconds))
    end

    # The agent has it again.
    def resume(session_id)
      told(:robofy_inbox_resume, Arguments.text("session_id", session_id))
    end

    # The inbox's figures, as robofy.h describes them, with symbols as keys; nil if what is kept cannot be read, and in a
    # forked child.
    def stats
      text = call { Native.take_text(Native.call(:robofy_inbox_stats, @handle.pointer)) }
      text && JSON.parse(text, symbolize_names: true)
    end

    # Ends the waits, and lets go of the inbox; what was queued stays at its path. May be called again. A fiber that waits is
    # ended by whoever runs it: end it before.
    def close
      bell = synchronized do
        @closed = true
        release
        @doorbell
      end
      bell&.close unless forked?
      nil
    end

    def inspect
      "#<#{self.class}#{" closed" if @closed}>"
    end

    private

    def connect(client, pid, chatbot_id)
      unless client.is_a?(Client) && !client.is_a?(FakeClient)
        raise TypeError, "client must be a Robofy::Client, not #{client.class}"
      end

      Native.uninterrupted do
        Native.lend(Native.call(:robofy_inbox_options_new), :robofy_inbox_options_free) do |options|
          yield(lambda do |setter, kind, name, value, *more|
            next if value.nil?

            values = Arguments.public_send(kind, name, value, *more)
            times = kind == :fallback ? values : [values]
            times.each { |given| Native.call(:"robofy_inbox_options_set_#{setter}", options, *given) }
          end)
          begin_waiting(client.__send__(:open_inbox, pid, chatbot_id, options))
          @process = Process.pid
          @taken = []
        end
      end
    end

    def accept(function, *arguments)
      ACCEPTS.fetch(call { Native.call_or_raise(function, @handle.pointer, *arguments) }, :ignored)
    end

    def report(function, outcome, part, what)
      raise TypeError, "outcome must be a Robofy::Outcome, not #{outcome.class}" unless outcome.is_a?(Outcome)

      told(function, pointer_of("outcome", outcome, "report one that was polled"), Arguments.integer("part", part), what)
    end

    def told(function, *arguments)
      call { Native.call_or_raise(function, @handle.pointer, *arguments) }
      nil
    end

    def pointer_of(name, lent, advice)
      lent.pointer || raise(InvalidArgumentError, "#{name} is not the library's: #{advice}")
    end

    # Threads call side by side: those that offer share a sync.
    def call
      raise_if_closed
      using { return Native.uninterrupted { yield } }
      raise_if_closed
    end

    # An interrupt that comes meanwhile is raised once the outcome is kept: the next poll has it.
    def taken
      using do
        Native.uninterrupted do
          outcome = @taken.empty? ? Native.call(:robofy_inbox_poll, @handle.pointer, 0) : nil
          @taken << Outcome.read(outcome, Handle.new(outcome, :robofy_outcome_free)) if outcome
        end
      end
      @taken.shift
    end

    # What to wait on; nil when the inbox is closed.
    def doorbell
      synchronized { @doorbell ||= doorbell_of(Native.call(:robofy_inbox_poll_fd, @handle.pointer)) unless @closed }
    end

    # Closing ends it.
    def wait(seconds)
      bell = doorbell
      using { bell.wait_readable(seconds) }
    rescue IOError
      raise unless @closed
    end

    def forked?
      @process != Process.pid
    end

    def raise_if_closed
      raise "this inbox is closed: make another" if @closed
    end

    def initialize_copy(_other)
      raise TypeError, "an inbox cannot be copied: share it"
    end
  end
end
