# frozen_string_literal: true

require "io/wait"

module Robofy
  # The native client, and a thread that hands completions to their chats. The thread is there while chats are in
  # flight and for a second after. It waits as Ruby waits, on a descriptor, so that no waiting thread holds up another,
  # and signals, Thread#kill and Timeout work as ever.
  class Dispatcher
    LINGER_SECONDS = 1

    def initialize(pointer, logger)
      @handle = Handle.new(pointer, :robofy_client_free)
      @logger = logger
      @mutex = Mutex.new
      @last_tag = 0
      begin_anew
    end

    # Calls a function that does not wait.
    def submit(function, *arguments)
      locked do |client|
        @io ||= open_doorbell(client)
        @thread = start unless @thread&.alive? # before the message is sent: there may be no thread to be had
        tag = @last_tag += 1
        Native.call_or_raise(function, client, *arguments, tag)
        chat = @chats[tag] = Chat.new(self, tag)
        @submitted.signal
        chat
      end
    end

    def cancel(tag)
      locked { |client| Native.call(:robofy_client_cancel, client, tag) }
    end

    def stats
      locked { |client| Native.take_text(Native.call(:robofy_client_stats, client)) }
    end

    def stream(path, message)
      locked { |client| Stream.new(Native.call_or_raise(:robofy_stream_open, client, path, message), @logger) }
    end

    def inbox(pid, chatbot_id, options)
      locked do |client|
        Handle.new(Native.call_or_raise(:robofy_inbox_new, client, pid, chatbot_id, options), :robofy_inbox_free)
      end
    end

    # Cancels what is in flight, waits until that is delivered, and frees the client.
    def close
      thread = Native.uninterrupted do
        @mutex.synchronize do
          begin_anew if @process != Process.pid
          @closed = true
          @chats.each_key { |tag| Native.call(:robofy_client_cancel, @handle.pointer, tag) } if @handle.pointer
          @submitted.signal
          @thread
        end
      end
      thread.join if thread && thread != Thread.current
      @mutex.synchronize { Native.uninterrupted { @handle.release } }
    end

    private

    # In a forked child what the parent submitted, its descriptor and its thread are the parent's.
    def begin_anew
      @process = Process.pid
      @chats = {}
      @submitted = ConditionVariable.new
      @thread = nil
      @io = nil
    end

    def locked
      Native.uninterrupted do
        @mutex.synchronize do
          raise "this client is closed: make another" if @closed

          begin_anew if @process != Process.pid
          yield @handle.pointer
        end
      end
    end

    def open_doorbell(client)
      descriptor = Native.call(:robofy_client_poll_fd, client)
      raise ConnectError.new("no file descriptor is left (ulimit -n)", retryable: true) if descriptor.negative?

      IO.for_fd(descriptor, "r", autoclose: false)
    end

    def start
      # A new thread inherits what its maker keeps out, and this one must not hold up the end of the process.
      thread = Thread.new { Thread.handle_interrupt(Object => :immediate) { deliver while in_flight? } }
      thread.name = "robofy"
      thread.report_on_exception = true
      thread
    end

    # Whether there is something to wait for; if not for a while, the thread ends.
    def in_flight?
      @mutex.synchronize do
        @submitted.wait(@mutex, LINGER_SECONDS) if @chats.empty? && !@closed
        @thread = nil if @chats.empty?
        @thread
      end
    end

    def deliver
      @io.wait_readable
      ended = []
      Native.uninterrupted do
        @mutex.synchronize do
          while (completion = Native.call(:robofy_client_poll, @handle.pointer, 0))
            ended << settle(completion)
          end
        end
      end
      ended.each { |chat| chat.error ? Log.failed(@logger, chat.error) : Log.answered(@logger, chat.value) }
    end

    # A response keeps the completion that it is read from. A chat's is freed at once and needs no finalizer.
    def settle(completion)
      reply, response, error = %i[reply response error].map { |of| Native.call(:"robofy_completion_#{of}", completion) }
      chat = @chats.delete(Native.call(:robofy_completion_tag, completion))
      kept = Handle.new(completion, :robofy_completion_free) if response
      result = kept ? Response.read(response, kept) : reply && Reply.read(reply)
      chat.settle(result, error && Native.read_error(error))
      chat
    ensure
      Native.call(:robofy_completion_free, completion) unless kept
    end
  end
  private_constant :Dispatcher
end
