# frozen_string_literal: true

require "io/wait"

module Robofy
  # The native client, and a thread that hands completions to their chats. The thread is there while chats are in
  # flight and for a second after. It waits as Ruby waits, on a descriptor, so that no waiting thread holds up another,
  # and signals, Thread#kill and Timeout work as ever.
  class Dispatcher
    LINGER_SECONDS = 1

    # The freeing of a client, once: by close, or by the garbage collector. Holds no reference to the dispatcher.
    def self.release(cell)
      proc do
        pointer = cell.pop
        Native.call(:robofy_client_free, pointer) if pointer
      end
    end

    def initialize(pointer, logger)
      @cell = [pointer]
      @logger = logger
      @release = Dispatcher.release(@cell)
      ObjectSpace.define_finalizer(self, @release)
      @mutex = Mutex.new
      @last_tag = 0
      begin_anew
    end

    def submit(message)
      locked do |client|
        @io ||= open_doorbell(client)
        @thread = start unless @thread&.alive? # before the message is sent: there may be no thread to be had
        tag = @last_tag += 1
        Native.call_or_raise(:robofy_whatsapp_submit, client, message, tag)
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

    # Cancels what is in flight, waits until that is delivered, and frees the client.
    def close
      thread = Native.uninterrupted do
        @mutex.synchronize do
          begin_anew if @process != Process.pid
          @closed = true
          @chats.each_key { |tag| Native.call(:robofy_client_cancel, @cell.first, tag) } if @cell.first
          @submitted.signal
          @thread
        end
      end
      thread.join if thread && thread != Thread.current
      @mutex.synchronize { Native.uninterrupted { @release.call } }
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
          yield @cell.first
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
          while (completion = Native.call(:robofy_client_poll, @cell.first, 0))
            ended << Native.lend(completion, :robofy_completion_free) { settle(completion) }
          end
        end
      end
      ended.each { |chat| log(chat) } if @logger
    end

    def settle(completion)
      chat = @chats.delete(Native.call(:robofy_completion_tag, completion))
      reply = Native.call(:robofy_completion_reply, completion)
      error = Native.call(:robofy_completion_error, completion)
      chat.settle(reply && Reply.read(reply), error && Native.read_error(error))
      chat
    end

    def log(chat)
      if chat.error
        @logger.warn("robofy: a chat failed: #{chat.error.message}")
      elsif chat.value.attempts > 1
        @logger.info("robofy: a chat was answered at attempt #{chat.value.attempts}")
      end
    rescue StandardError, ScriptError, SystemStackError => e
      warn "robofy: the logger failed: #{e.message}"
    end
  end
  private_constant :Dispatcher
end
