# frozen_string_literal: true

require "io/wait"

module Robofy
  # For what is waited for on a descriptor of the library's: as Ruby waits, so that other threads run, a Fiber scheduler goes
  # on with other fibers, and signals, Thread#kill and Timeout work as ever. It is freed when it is closed and nobody uses it.
  module Waiting
    private

    def begin_waiting(handle)
      @handle = handle
      @mutex = Mutex.new
      @users = 0
      @process = Process.pid
    end

    # An IO of the descriptor, which stays the library's.
    def doorbell_of(descriptor)
      raise ConnectError.new("no file descriptor is left (ulimit -n)", retryable: true) if descriptor.negative?

      IO.for_fd(descriptor, "r", autoclose: false)
    end

    # The handle is not freed under the block, which is not called after the end.
    def using
      counted = synchronized { @users += 1 unless @closed }
      yield if counted
    ensure
      if counted
        synchronized do
          @users -= 1
          release
        end
      end
    end

    def release
      # Those of the process that this one was forked from never come back.
      @handle.release if @closed && (@users.zero? || Process.pid != @process)
    end

    def synchronized(&block)
      Native.uninterrupted { @mutex.synchronize(&block) }
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
  private_constant :Waiting
end
