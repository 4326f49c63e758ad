# frozen_string_literal: true

module Robofy
  # An answer while it is written: each, and what Enumerable makes of it, goes over its events and waits for each as Ruby
  # waits. It raises how the stream ended where that was not with the service's word for the end. A loop that was left may
  # be followed by another, which goes on. Threads may share a stream, and each event goes to one of them.
  #
  # close, or forgetting the stream before its end, cancels the answer. The client may be closed before it.
  class Stream
    include Enumerable
    include Waiting

    def initialize(pointer, logger = nil)
      begin_waiting(Handle.new(pointer, :robofy_stream_free))
      @logger = logger
    end

    def each
      return to_enum(:each) unless block_given?

      while (event = next_event)
        yield event
      end
      self
    end

    # Takes the next event: waits until there is one, or the end, or for so many seconds. Nil at the end, and if none came
    # in time.
    def next_event(seconds = nil)
      limit = seconds && now + seconds
      waited = false
      loop do
        found = locked(waited) { taken || doorbell }
        return found unless found.is_a?(IO)

        left = limit && limit - now
        return if left && left <= 0

        using { found.wait_readable(left) }
        waited = true
      end
    rescue Error => e
      Log.failed(@logger, e)
      raise
    end

    # Whether the end was taken: no event comes any more.
    def done?
      locked { ended? }
    end

    # The answer so far, also of a stream that was cut short; up to the client's max_response_bytes.
    def text
      locked { Native.take_text(Native.call(:robofy_stream_text, @handle.pointer)) }
    end

    # The conversation, once its event was taken, which comes near the end; else nil.
    def session_id
      locked { Native.take_text(Native.call(:robofy_stream_session_id, @handle.pointer)) }
    end

    # Gives the answer up: whoever waits has a CancelledError at once. False if the end was taken before. The agent may
    # have seen the message.
    def cancel
      locked { Native.call(:robofy_stream_cancel, @handle.pointer) }
    end

    # Cancels what is left of the answer, and lets go of it. May be called again; other calls are then refused.
    def close
      synchronized do
        @closed = true
        Native.call(:robofy_stream_cancel, @handle.pointer) if @handle.pointer
        release
      end
      nil
    end

    private

    def taken
      event = Native.call_or_raise(:robofy_stream_next, @handle.pointer, 0)
      event && Native.lend(event, :robofy_stream_event_free) { StreamEvent.read(event) }
    end

    def ended?
      Native.call(:robofy_stream_is_done, @handle.pointer)
    end

    # What to wait on for an event, or the end; nil after it.
    def doorbell
      return if ended?

      @doorbell ||= doorbell_of(Native.call(:robofy_stream_poll_fd, @handle.pointer))
    end

    def locked(waited = false)
      synchronized do
        raise CancelledError, "the stream was closed while an event was waited for" if @closed && waited
        raise "this stream is closed: ask again" if @closed

        yield
      end
    end

    def initialize_copy(_other)
      raise TypeError, "a stream cannot be copied: share it"
    end
  end
end
