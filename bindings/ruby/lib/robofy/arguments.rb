# frozen_string_literal: true

require "json"

module Robofy
  # Ruby's values on their way to C: what C would silently change is refused, by the parameter's name.
  module Arguments
    LONGEST_SECONDS = 1e9

    module_function

    # UTF-8 with the NUL that ends it.
    def text(parameter, value)
      raise TypeError, "#{parameter} must be a String, not #{value.class}" unless value.respond_to?(:to_str)

      encoded = value.to_str.encode(Encoding::UTF_8)
      raise InvalidArgumentError, "#{parameter} is not UTF-8" unless encoded.valid_encoding?
      raise InvalidArgumentError, "#{parameter} contains a NUL: remove it" if encoded.include?("\0")

      "#{encoded}\0"
    rescue EncodingError => e
      raise InvalidArgumentError, "#{parameter} cannot be sent as UTF-8: #{e.message}"
    end

    def path(parameter, value)
      text(parameter, value.respond_to?(:to_path) ? value.to_path : value)
    end

    def json(parameter, value)
      raise TypeError, "#{parameter} must be a Hash, not #{value.class}" unless value.respond_to?(:to_hash)

      text(parameter, JSON.generate(value.to_hash))
    rescue JSON::JSONError, EncodingError => e
      raise InvalidArgumentError, "#{parameter} must hold JSON values only: #{e.message}"
    end

    def milliseconds(parameter, seconds)
      raise TypeError, "#{parameter} must be a number of seconds, not #{seconds.class}" unless seconds.is_a?(Numeric)
      unless seconds.positive? && seconds <= LONGEST_SECONDS
        raise InvalidArgumentError, "#{parameter} must be more than 0 and at most 1000000000 seconds, not #{seconds}"
      end

      [(seconds * 1000).round, 1].max
    end

    def integer(parameter, value, range = 0..0xffff_ffff)
      raise TypeError, "#{parameter} must be an Integer, not #{value.class}" unless value.is_a?(Integer)
      unless range.cover?(value)
        raise InvalidArgumentError, "#{parameter} must be between #{range.begin} and #{range.end}, not #{value}"
      end

      value
    end

    def size(parameter, value)
      integer(parameter, value, 1..0xffff_ffff_ffff_ffff)
    end

    def boolean(parameter, value)
      raise TypeError, "#{parameter} must be true or false, not #{value.class}" unless [true, false].include?(value)

      value
    end

    def rate(parameter, value)
      raise TypeError, "#{parameter} must be [per minute, burst], not #{value.class}" unless value.is_a?(Array)

      per_minute, burst = value + (value.size == 1 ? [1] : [])
      [integer("#{parameter}'s first number", per_minute, 1..0xffff_ffff),
       integer("#{parameter}'s second number", burst, 1..0xffff_ffff)]
    end
  end
end
