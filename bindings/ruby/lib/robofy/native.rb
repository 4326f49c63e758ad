# frozen_string_literal: true

require "fiddle"

module Robofy
  # The C interface as robofy.h declares it, and the loaded library.
  module Native
    # What each function returns, then what it takes, as the header spells it.
    SIGNATURES = {
      robofy_version: ["const char *"],
      robofy_free_string: ["void", "char *"],
      robofy_options_new: ["RobofyOptions *"],
      robofy_options_free: ["void", "RobofyOptions *"],
      robofy_options_set_base_url: ["void", "RobofyOptions *", "const char *"],
      robofy_options_set_timeout_ms: ["void", "RobofyOptions *", "uint64_t"],
      robofy_options_set_connect_timeout_ms: ["void", "RobofyOptions *", "uint64_t"],
      robofy_options_set_max_retries: ["void", "RobofyOptions *", "uint32_t"],
      robofy_options_set_retry_ambiguous: ["void", "RobofyOptions *", "bool"],
      robofy_options_set_proxy: ["void", "RobofyOptions *", "const char *"],
      robofy_options_set_ca_file: ["void", "RobofyOptions *", "const char *"],
      robofy_options_set_user_agent: ["void", "RobofyOptions *", "const char *"],
      robofy_options_set_max_response_bytes: ["void", "RobofyOptions *", "uint64_t"],
      robofy_options_set_max_in_flight: ["void", "RobofyOptions *", "uint32_t"],
      robofy_options_set_ordered_sessions: ["void", "RobofyOptions *", "bool"],
      robofy_options_set_rate_limit: ["void", "RobofyOptions *", "uint32_t", "uint32_t"],
      robofy_client_new: ["RobofyClient *", "const char *", "RobofyOptions *", "RobofyError * *"],
      robofy_client_free: ["void", "RobofyClient *"],
      robofy_client_poll: ["RobofyCompletion *", "RobofyClient *", "int64_t"],
      robofy_client_poll_fd: ["int32_t", "RobofyClient *"],
      robofy_client_cancel: ["bool", "RobofyClient *", "uint64_t"],
      robofy_client_stats: ["char *", "RobofyClient *"],
      robofy_whatsapp_submit: ["bool", "RobofyClient *", "RobofyMessage *", "uint64_t", "RobofyError * *"],
      robofy_message_new: ["RobofyMessage *", "const char *", "const char *", "const char *"],
      robofy_message_set_session_id: ["void", "RobofyMessage *", "const char *"],
      robofy_message_set_user_context: ["void", "RobofyMessage *", "const char *"],
      robofy_message_set_timeout_ms: ["void", "RobofyMessage *", "uint64_t"],
      robofy_message_free: ["void", "RobofyMessage *"],
      robofy_reply_answer: ["const char *", "RobofyReply *"],
      robofy_reply_session_id: ["const char *", "RobofyReply *"],
      robofy_reply_message: ["const char *", "RobofyReply *"],
      robofy_reply_json: ["const char *", "RobofyReply *"],
      robofy_reply_attempts: ["uint32_t", "RobofyReply *"],
      robofy_reply_elapsed_us: ["uint64_t", "RobofyReply *"],
      robofy_completion_tag: ["uint64_t", "RobofyCompletion *"],
      robofy_completion_reply: ["RobofyReply *", "RobofyCompletion *"],
      robofy_completion_error: ["RobofyError *", "RobofyCompletion *"],
      robofy_completion_free: ["void", "RobofyCompletion *"],
      robofy_error_status: ["RobofyStatus", "RobofyError *"],
      robofy_error_message: ["const char *", "RobofyError *"],
      robofy_error_http_status: ["int32_t", "RobofyError *"],
      robofy_error_code: ["const char *", "RobofyError *"],
      robofy_error_detail: ["const char *", "RobofyError *"],
      robofy_error_is_retryable: ["bool", "RobofyError *"],
      robofy_error_retry_after_ms: ["uint64_t", "RobofyError *"],
      robofy_error_free: ["void", "RobofyError *"]
    }.freeze

    TYPES = {
      "void" => Fiddle::TYPE_VOID,
      "bool" => Fiddle::TYPE_CHAR,
      "int32_t" => Fiddle::TYPE_INT,
      "uint32_t" => -Fiddle::TYPE_INT,
      "int64_t" => Fiddle::TYPE_LONG_LONG,
      "uint64_t" => -Fiddle::TYPE_LONG_LONG,
      "RobofyStatus" => -Fiddle::TYPE_INT
    }.freeze
    private_constant :TYPES

    class << self
      # Calls a function of the library: nil is NULL, and "const char *" comes back as a String or nil.
      def call(name, *arguments)
        returned = functions.fetch(name).call(*arguments.map { |value| { true => 1, false => 0 }.fetch(value, value) })
        case SIGNATURES.fetch(name).first
        when "bool" then (returned & 0xff) != 0
        when "const char *" then text(returned)
        when /\*/ then returned.null? ? nil : returned
        else returned
        end
      end

      # Gives what it got to the block, and back to the library.
      def lend(pointer, free)
        yield pointer
      ensure
        call(free, pointer)
      end

      # Calls a function with an out-parameter for its error, and raises that if the function returned nil or false.
      def call_or_raise(name, *arguments)
        place = Fiddle::Pointer.malloc(Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE)
        call(name, *arguments, place) or raise lend(place.ptr, :robofy_error_free) { |error| read_error(error) }
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

      # A text of the library that is ours to free.
      def take_text(pointer)
        lend(pointer, :robofy_free_string) { text(pointer) }
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
        failures = []
        places.each do |path|
          return bind(Fiddle.dlopen(path))
        rescue Fiddle::DLError => e
          failures << "#{path}: #{e.message}"
        end
        raise LibraryError, "the shared library of robofy cannot be used: #{failures.join("; ")}. #{advice}"
      end

      def bind(library)
        SIGNATURES.to_h do |name, (returns, *takes)|
          types = takes.map { |type| TYPES.fetch(type, Fiddle::TYPE_VOIDP) }
          [name, Fiddle::Function.new(library[name.to_s], types, TYPES.fetch(returns, Fiddle::TYPE_VOIDP))]
        end.freeze
      end

      def places
        return [chosen] if chosen

        names = RUBY_PLATFORM.include?("darwin") ? %w[librobofy.0.dylib librobofy.dylib] : %w[librobofy.so.0 librobofy.so]
        beside = names.map { |name| File.expand_path("../#{name}", __dir__) }
        beside.select { |path| File.file?(path) } + names
      end

      def advice
        if chosen
          "ROBOFY_LIBRARY names this file: point it to librobofy, or unset it to use the installed one"
        else
          "Install robofy, or set ROBOFY_LIBRARY to the path of its shared library"
        end
      end

      def chosen
        path = ENV.fetch("ROBOFY_LIBRARY", "")
        path unless path.empty?
      end
    end
  end
end
