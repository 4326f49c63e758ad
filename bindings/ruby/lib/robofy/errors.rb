# frozen_string_literal: true

module Robofy
  # A chat, or the making of a client, has failed: the message is one line that a person can act on.
  class Error < StandardError
    # Of these statuses the library's errors always are.
    RETRYABLE = %i[connect rate_limited].freeze
    private_constant :RETRYABLE

    # A symbol such as :unauthorized; the number of one that only a newer library knows.
    attr_reader :status
    # The service's HTTP status; nil if no response came.
    attr_reader :http_status
    # The service's own code, such as "UNAUTHORIZED", and its own sentence; nil if it sent none.
    attr_reader :code, :detail
    # Seconds that the service asks to wait; nil if it did not say.
    attr_reader :retry_after

    def initialize(message, status: nil, http_status: nil, code: nil, detail: nil, retryable: nil, retry_after: nil)
      super(message)
      @status = status || STATUSES.key(self.class)
      @http_status = http_status
      @code = code
      @detail = detail
      @retryable = retryable.nil? ? RETRYABLE.include?(@status) : retryable
      @retry_after = retry_after
    end

    # The agent has not seen the message, and sending it again, later, may help.
    def retryable?
      @retryable
    end

    def to_h
      %i[status message http_status code detail retry_after].to_h { |name| [name, public_send(name)] }
                                                            .merge(retryable: retryable?)
    end

    # For pattern matching: `in {status: :server, retryable: true}`.
    def deconstruct_keys(_names)
      to_h
    end

    # The error of a status's number.
    def self.of(number, message, **said)
      kind = STATUSES.each_value.find { |known| known::NUMBER == number }
      kind ? kind.new(message, **said) : new(message, status: number, **said)
    end
  end

  # The shared library was not found, or is not one that this gem can use: of no status.
  class LibraryError < Error; end
end
