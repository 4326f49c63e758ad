# frozen_string_literal: true

require "json"

module Robofy
  # Ruby's values on their way to C: what C would silently change is refused, by the parameter's name.
  module Arguments
    LONGEST_SECONDS = 1e9
    REPLACEMENT = "\u{FFFD}"
    # Half of a UTF-16 pair, as JSON.parse makes it of an emoji that was cut.
    SURROGATE = /\xED[\xA0-\xBF][\x80-\xBF]/n.freeze

    module_function

    # UTF-8 with the NUL that ends it.
    def text(parameter, value)
      encoded = string(parameter, value).encode(Encoding::UTF_8)
      raise InvalidArgumentError, "#{parameter} is not UTF-8" unless encoded.valid_encoding?
      raise InvalidArgumentError, "#{parameter} contains a NUL: remove it" if encoded.include?("\0")

      "#{encoded}\0"
    rescue EncodingError => e
      raise InvalidArgumentError, "#{parameter} cannot be sent as UTF-8: #{e.message}"
    end

    # What a user wrote: bytes that are not of its encoding become U+FFFD.
    def message_text(parameter, value)
      text(parameter, scrubbed(string(parameter, value)))
    rescue EncodingError => e
      raise InvalidArgumentError, "#{parameter} cannot be sent as UTF-8: #{e.message}"
    end

    def path(parameter, value)
      text(parameter, value.respond_to?(:to_path) ? value.to_path : value)
    end

    def json(parameter, value)
      raise TypeError, "#{parameter} must be a Hash, not #{value.class}" unless value.respond_to?(:to_hash)

      json_value(parameter, value.to_hash)
    end

    # Any value that JSON has.
    def json_value(parameter, value)
      text(parameter, JSON.generate(scrubbed(value)))
    rescue JSON::JSONError, EncodingError, SystemStackError => e
      raise InvalidArgumentError, "#{parameter} must hold JSON values only: #{e.message.sub(/\A\d+: /, "")}"
    end

    # A value of a URL's query.
    def query_text(name, value)
      parameter = "query[#{name.inspect}]"
      value = value.to_s if [true, false].include?(value) || value.is_a?(Integer)
      unless value.respond_to?(:to_str)
        raise TypeError, "#{parameter} must be a String, an Integer, true or false, not #{value.class}"
      end

      text(parameter, value)
    end

    def milliseconds(parameter, seconds, zero: false)
      raise TypeError, "#{parameter} must be a number of seconds, not #{seconds.class}" unless seconds.is_a?(Numeric) && seconds.real?
      unless (zero ? seconds >= 0 : seconds.positive?) && seconds <= LONGEST_SECONDS
        bound = zero ? "at least" : "more than"
        raise InvalidArgumentError, "#{parameter} must be #{bound} 0 and at most 1000000000 seconds, not #{seconds}"
      end

      [(seconds * 1000).round, seconds.zero? ? 0 : 1].max
    end

    # Which may be none.
    def duration(parameter, seconds)
      milliseconds(parameter, seconds, zero: true)
    end

    def integer(parameter, value, least = 0, bits = 32)
      raise TypeError, "#{parameter} must be an Integer, not #{value.class}" unless value.is_a?(Integer)

      most = (1 << bits) - 1
      return value if value.between?(least, most)

      raise InvalidArgumentError, "#{parameter} must be between #{least} and #{most}, not #{value}"
    end

    def boolean(parameter, value)
      raise TypeError, "#{parameter} must be true or false, not #{value.class}" unless [true, false].include?(value)

      value
    end

    def rate(parameter, value)
      raise TypeError, "#{parameter} must be [per minute, burst], not #{value.class}" unless value.is_a?(Array)
      raise InvalidArgumentError, "#{parameter} must be [per minute, burst]" unless value.size.between?(1, 2)

      per_minute, burst = value + (value.size == 1 ? [1] : [])
      [integer("#{parameter}'s first number", per_minute, 1), integer("#{parameter}'s second number", burst, 1)]
    end

    def logger(parameter, value)
      return value if value.nil? || (value.respond_to?(:warn) && value.respond_to?(:info))

      raise TypeError, "#{parameter} must be a Logger, not #{value.class}"
    end

    # A name of one of the library's enumerations, as its number.
    def member(parameter, value, names)
      raise TypeError, "#{parameter} must be a Symbol, not #{value.class}" unless value.is_a?(Symbol) || value.is_a?(String)

      names.key(value.to_sym) ||
        raise(InvalidArgumentError, "#{parameter} must be one of #{names.values.join(", ")}, not #{value}")
    end

    def dialect(parameter, value)
      member(parameter, value, DIALECTS)
    end

    # What becomes of media, and the text for it.
    def media(parameter, value, text)
      [member(parameter, value, MEDIA_POLICIES), text && text("#{parameter}_text", text)]
    end

    # Words one a line, and the text for them.
    def words(parameter, value, text)
      raise TypeError, "#{parameter} must be an Array, not #{value.class}" unless value.respond_to?(:to_ary)

      lines = value.to_ary.map { |word| string(parameter, word) }
      raise InvalidArgumentError, "#{parameter} must have no line breaks" if lines.any? { |word| word.include?("\n") }

      [text(parameter, lines.join("\n")), text && text(parameter.sub("words", "text"), text)]
    end

    # A text for all failures, or texts by status: a list of a status's number and its text.
    def fallback(parameter, value)
      value = value.respond_to?(:to_hash) ? value.to_hash : { ok: value }
      numbers = { 0 => :ok, **STATUSES.to_h { |name, kind| [kind::NUMBER, name] } }
      value.map { |status, text| [member("a status of #{parameter}", status, numbers), text(parameter, text)] }
    end

    # What a webhook is signed with, which no message quotes. Bytes of no encoding are taken for UTF-8.
    def secret(parameter, value)
      value = string(parameter, value)
      value = value.dup.force_encoding(Encoding::UTF_8) if [Encoding::BINARY, Encoding::US_ASCII].include?(value.encoding)
      raise InvalidArgumentError, "#{parameter} must not be empty" if value.empty?
      raise InvalidArgumentError, "#{parameter} is not #{value.encoding}" unless value.valid_encoding?

      text(parameter, value)
    end

    # What a stranger wrote: whatever it holds is no fault of the caller's, and a NUL does not end it early.
    def header(parameter, value)
      "#{string(parameter, value).b.tr("\0", "\xFF".b)}\0"
    end

    # A copy, which no other thread changes.
    def octets(parameter, value)
      string(parameter, value).b
    end

    # What a client may be given once for all messages.
    def once(parameter, value)
      raise InvalidArgumentError, "#{parameter} is missing: give it to the message or to the client" if value.nil?

      text(parameter, value)
    end

    def string(parameter, value)
      raise TypeError, "#{parameter} must be a String, not #{value.class}" unless value.respond_to?(:to_str)

      value.to_str
    end

    def scrubbed(value)
      case value
      when String then scrubbed_string(value)
      when Array then value.map { |item| scrubbed(item) }
      when Hash then value.to_h { |name, item| [scrubbed(name), scrubbed(item)] }
      else value
      end
    end

    # Bytes of no encoding, as a socket gives them, are taken for UTF-8.
    def scrubbed_string(value)
      bytes = [Encoding::UTF_8, Encoding::BINARY].include?(value.encoding)
      return value.encode(Encoding::UTF_8, invalid: :replace, undef: :replace, replace: REPLACEMENT) unless bytes

      text = value.dup.force_encoding(Encoding::UTF_8)
      return text if text.valid_encoding?

      value.b.gsub(SURROGATE, REPLACEMENT.b).force_encoding(Encoding::UTF_8).scrub(REPLACEMENT)
    end
  end
end
