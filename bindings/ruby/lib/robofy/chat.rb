# frozen_string_literal: true

module Robofy
  # A message, a request or an upload that was submitted, and what becomes of it. Any thread may wait for it, and many may.
  class Chat
    def initialize(dispatcher, tag)
      @dispatcher = dispatcher
      @tag = tag
      @process = Process.pid
      @mutex = Mutex.new
      @settled = ConditionVariable.new
    end

    # Waits for the Reply, or the Response to a request, and raises the error if there is none.
    def value
      wait
      @error ? raise(@error) : @result
    end

    # Waits for the end of the chat, for at most so many seconds if they are given. Nil if it has not ended.
    def wait(seconds = nil)
      limit = seconds && now + seconds
      @mutex.synchronize do
        until done?
          raise "this chat is the parent process's: submit another" if @process != Process.pid
          return nil if limit && limit <= now

          @settled.wait(@mutex, limit && limit - now)
        end
      end
      self
    end

    def done?
      !(@result || @error).nil?
    end

    # The chat's error, once it has ended with one.
    attr_reader :error

    # Ends the chat with a CancelledError; the agent may have seen the message. False if it has ended already.
    def cancel
      !done? && @dispatcher.cancel(@tag)
    end

    # For the dispatcher.
    def settle(result, error)
      @mutex.synchronize do
        @result = result
        @error = error
        @settled.broadcast
      end
    end

    private

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
