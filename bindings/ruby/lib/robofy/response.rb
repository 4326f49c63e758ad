# frozen_string_literal: true

require "json"

module Robofy
  # What an endpoint has answered. Its inspect shows nothing of the body, which may hold a secret.
  class Response
    # The HTTP status, from 200 to 299; the body as received; how many requests it took; seconds, retries included.
    attr_reader :status, :body, :attempts, :elapsed

    # For tests of your own.
    def initialize(body: "", status: 200, headers: {}, attempts: 1, elapsed: 0.0)
      @body = body
      @status = status
      @headers = headers.default_proc ? headers : headers.transform_keys(&:downcase)
      @attempts = attempts
      @elapsed = elapsed
    end

    # A header, whose name may be in any case; nil without it.
    def header(name)
      @headers[Arguments.string("name", name).downcase]
    end

    # What the service's envelope holds under "data", parsed anew at each call; nil without an envelope.
    def data
      whole = json
      whole["data"] if whole.is_a?(Hash)
    rescue JSON::ParserError => e
      raise if e.is_a?(JSON::NestingError)
    end

    # The body, parsed.
    def json
      JSON.parse(body)
    end

    def inspect
      "#<#{self.class} #{status}, #{body.bytesize} bytes>"
    end

    # Reads a response of the library, which its owner frees.
    def self.read(response, owner)
      said = %i[status attempts].to_h { |name| [name, Native.call(:"robofy_response_#{name}", response)] }
      elapsed = Native.call(:robofy_response_elapsed_us, response) / 1e6
      body = Native.call(:robofy_response_body, response)[0, Native.call(:robofy_response_body_length, response)]
      # The library tells a header by its name alone: there is no list of them.
      headers = Hash.new do |_, name|
        owner.pointer && Native.call(:robofy_response_header, response, Arguments.text("name", name))
      end
      new(**said, elapsed: elapsed, body: body.force_encoding(Encoding::UTF_8), headers: headers)
    end
  end
end
