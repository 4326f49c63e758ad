# frozen_string_literal: true

require "json"

module Robofy
  # Sends users' messages to the agents of one Robofy account, and calls the rest of its API. Threads share one, and
  # should: it keeps its connections.
  class Client
    # A client for the time of a block, closed at its end.
    def self.open(*arguments, **options)
      client = new(*arguments, **options)
      yield client
    ensure
      client&.close
    end

    # Sends one message and waits for the agent's Reply; other threads run meanwhile. If the wait is ended
    # from outside (Ctrl-C, Timeout, Thread#kill) the chat is cancelled.
    def whatsapp_chat(**message)
      await { submit(**message) }
    end

    # Sends one message without waiting for the reply: returns a Chat.
    #
    # pid and chatbot_id are the project and its agent (the client's where a message has none), query the user's text,
    # session_id the conversation (commonly the user's WhatsApp number), user_context a Hash of JSON values, timeout
    # seconds for this message.
    def submit(**message)
      lend_message(**message) { |pointer| @dispatcher.submit(:robofy_whatsapp_submit, pointer) }
    end

    # The client's figures in this process, as robofy.h describes them, with symbols as keys.
    def stats
      JSON.parse(@dispatcher.stats, symbolize_names: true)
    end

    # Cancels what is in flight and lets go of everything; later calls are refused. May be called again.
    def close
      @dispatcher.close
      nil
    end

    private

    def await
      chat = yield
      chat.value
    ensure
      chat.cancel unless chat.nil? || chat.done?
    end

    def lend_message(**message)
      texts, settings = checked(**message)
      lend(:message, *texts) do |pointer|
        settings.each { |name, value| Native.call(:"robofy_message_set_#{name}", pointer, value) unless value.nil? }
        yield pointer
      end
    end

    # Gives a new handle of this kind to the block, and back to the library.
    def lend(kind, *arguments, &block)
      Native.uninterrupted do
        Native.lend(Native.call(:"robofy_#{kind}_new", *arguments), :"robofy_#{kind}_free", &block)
      end
    end

    # What a message is made of, then what is set of it.
    def checked(query:, pid: @pid, chatbot_id: @chatbot_id, session_id: nil, user_context: nil, timeout: nil, platform: nil)
      texts = [Arguments.once("pid", pid), Arguments.once("chatbot_id", chatbot_id), Arguments.message_text("query", query)]
      [texts, {
        session_id: (Arguments.message_text("session_id", session_id) unless session_id.nil?),
        user_context: (Arguments.json("user_context", user_context) unless user_context.nil?),
        platform: (Arguments.message_text("platform", platform) unless platform.nil?),
        timeout_ms: (Arguments.milliseconds("timeout", timeout) unless timeout.nil?)
      }]
    end

    # Gives the block what sets an option.
    def connect(api_key, logger)
      raise "robofy works in the main Ractor alone, because Fiddle does" unless Ractor.current == Ractor.main

      logger = Arguments.logger("logger", logger)
      key = api_key || ENV.fetch("ROBOFY_API_KEY", "")
      raise InvalidArgumentError, "api_key is missing: give it, or set ROBOFY_API_KEY" if api_key.nil? && key.empty?

      key = Arguments.text("api_key", key)
      Native.uninterrupted do
        Native.lend(Native.call(:robofy_options_new), :robofy_options_free) do |options|
          yield(lambda do |setter, kind, name, value, *range|
            next if value.nil?

            Native.call(:"robofy_options_set_#{setter}", options, *Arguments.public_send(kind, name, value, *range))
          end)
          @dispatcher = Dispatcher.new(Native.call_or_raise(:robofy_client_new, key, options), logger)
        end
      end
    end

    def open_inbox(pid, chatbot_id, options)
      ids = [Arguments.once("pid", pid || @pid), Arguments.once("chatbot_id", chatbot_id || @chatbot_id)]
      @dispatcher.inbox(*ids, options)
    end

    def initialize_copy(_other)
      raise TypeError, "a client cannot be copied: share it, or make another"
    end
  end
end
