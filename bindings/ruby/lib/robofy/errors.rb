# frozen_string_literal: true

module Robofy
  # A chat, or the making of a client, has failed: the message is one line that a person can act on.
  class Error < StandardError
    # A symbol such as :unauthorized; the number of one that only a newer library knows.
    attr_reader :status
    # The service's HTTP status; nil if no response came.
    attr_reader :http_status
    # The service's own code, such as "UNAUTHORIZED", and its own sentence; nil if it sent none.
    attr_reader :code, :detail
    # Seconds that the service asks to wait; nil if it did not say.
    attr_reader :retry_after

    def initialize(message, status: nil, http_status: nil, code: nil, detail: nil, retryable: false, retry_after: nil)
      super(message)
      @status = status || STATUSES.find { |_, kind| kind == self.class }&.first
      @http_status = http_status
      @code = code
      @detail = detail
      @retryable = retryable
      @retry_after = retry_after
    end

    # The agent has not seen the message, and sending it again, later, may help.
    def retryable?
      @retryable
    end

    # The error of a status's number.
    def self.of(number, message, **said)
      status, kind = STATUSES.to_a[number - 1]
      (kind || Error).new(message, status: status || number, **said)
    end
  end

  # The shared library was not found, or is not one that this gem can use.
  class LibraryError < LoadError; end

  # An argument or option cannot be used; nothing was sent. The message names it.
  class InvalidArgumentError < Error; end
  # The service was never reached: name resolution, refused, unreachable, proxy.
  class ConnectError < Error; end
  # The certificate or the handshake. Nothing was sent.
  class TLSError < Error; end
  # The timeout passed. Unless retryable?, the agent may have seen the message.
  class TimeoutError < Error; end
  # The connection was lost after the message was sent: the agent may have seen it.
  class InterruptedError < Error; end
  # The response is not what the service documents.
  class ProtocolError < Error; end
  # The service did not accept the request: 400, 422 or another 4xx.
  class BadRequestError < Error; end
  # 401: the API key is missing, wrong or revoked.
  class UnauthorizedError < Error; end
  # 403: the API key may not use this project or agent.
  class ForbiddenError < Error; end
  # 404: there is no such project or agent.
  class NotFoundError < Error; end
  # 429: too many messages. Without an http_status, the client's own rate_limit: nothing was sent.
  class RateLimitedError < Error; end
  # 5xx. Unless retryable?, the agent may have seen the message.
  class ServerError < Error; end
  # The chat was cancelled, or its client closed; the agent may have seen the message.
  class CancelledError < Error; end
  # max_in_flight is reached. Nothing was sent.
  class OverloadedError < Error; end
  # A bug in the library: please report it.
  class InternalError < Error; end

  # In the order of the library's numbers, from 1.
  STATUSES = {
    invalid_argument: InvalidArgumentError,
    connect: ConnectError,
    tls: TLSError,
    timeout: TimeoutError,
    interrupted: InterruptedError,
    protocol: ProtocolError,
    bad_request: BadRequestError,
    unauthorized: UnauthorizedError,
    forbidden: ForbiddenError,
    not_found: NotFoundError,
    rate_limited: RateLimitedError,
    server: ServerError,
    cancelled: CancelledError,
    overloaded: OverloadedError,
    internal: InternalError
  }.freeze
end
