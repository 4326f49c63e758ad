# frozen_string_literal: true

require "fiddle"
require_relative "declarations"

module Robofy
  # The C interface and the loaded library.
  module Native
    # Handles, texts and other pointers are what it has no key for.
    TYPES = Hash.new(Fiddle::TYPE_VOIDP).merge(
      nothing: Fiddle::TYPE_VOID,
      bool: Fiddle::TYPE_CHAR,
      int32: Fiddle::TYPE_INT,
      uint32: -Fiddle::TYPE_INT,
      status: -Fiddle::TYPE_INT,
      int64: Fiddle::TYPE_LONG_LONG,
      uint64: -Fiddle::TYPE_LONG_LONG
    ).freeze
    private_constant :TYPES

    class << self
      # Calls a function of the library: nil is NULL, and a text that it lends comes back as a String or nil.
      def call(name, *arguments)
        returned = functions.fetch(name).call(*arguments.map { |value| { true => 1, false => 0 }.fetch(value, value) })
        case SIGNATURES.fetch(name).first
        when :bool then (returned & 0xff) != 0
        when :text then text(returned)
        when :handle, :owned_text then returned.null? ? nil : returned
        else returned
        end
      end

      # Gives what it got to the block, and back to the library.
      def lend(pointer, free)
        yield pointer
      ensure
        call(free, pointer)
      end

      # Calls a function with an out-parameter for its error, and raises that if there is one.
      def call_or_raise(name, *arguments)
        place = Fiddle::Pointer.malloc(Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE)
        returned = call(name, *arguments, place)
        return returned if place.ptr.null?

        raise lend(place.ptr, :robofy_error_free) { |error| read_error(error) }
      end

      # Keeps Thread#raise, Thread#kill and Timeout out while pointers are in hand: nothing in such a block waits.
      def uninterrupted(&block)
        Thread.handle_interrupt(Object => :never, &block)
      end

      def read_error(error)
        Error.of(
          call(:robofy_error_status, error),
          call(:robofy_error_message, error),
          http_status: nonzero(call(:robofy_error_http_status, error)),
          code: call(:robofy_error_code, error),
          detail: call(:robofy_error_detail, error),
          retryable: call(:robofy_error_is_retryable, error),
          retry_after: nonzero(call(:robofy_error_retry_after_ms, error) / 1000.0)
        )
      end

      # A text of the library that is ours to free, or nil.
      def take_text(pointer)
        pointer && lend(pointer, :robofy_free_string) { text(pointer) }
      end

      private

      def text(pointer)
        pointer.null? ? nil : pointer.to_s.force_encoding(Encoding::UTF_8)
      end

      def nonzero(number)
        number.zero? ? nil : number
      end

      def functions
        @functions ||= load
      end

      def load
        files, advice = places
        reasons = files.map do |file|
          return bind(file, Fiddle.dlopen(file), advice)
        rescue Fiddle::DLError => e
          e.message.include?(file) ? e.message : "#{file}: #{e.message}"
        end
        raise LibraryError, format(CANNOT_LOAD, reasons: reasons.join("; "), advice: advice)
      end

      def bind(file, library, advice)
        found = function(library, :robofy_version).call.to_s
        unless found.split(".").first(2) == VERSION.split(".").first(2)
          raise LibraryError, format(CANNOT_USE, file: file, found: found, advice: advice)
        end

        SIGNATURES.keys.to_h { |name| [name, function(library, name)] }.freeze
      end

      def function(library, name)
        returns, *takes = TYPES.values_at(*SIGNATURES.fetch(name))
        Fiddle::Function.new(library[name.to_s], takes, returns)
      end

      # The files to try, and what to do where none of them can be used.
      def places
        chosen = ENV.fetch("ROBOFY_LIBRARY", "")
        return [chosen], ADVICE_CHOSEN unless chosen.empty?

        beside = File.expand_path("../#{BESIDE}", __dir__)
        File.file?(beside) ? [[beside], ADVICE_BESIDE] : [SYSTEM, ADVICE]
      end
    end
  end
end
