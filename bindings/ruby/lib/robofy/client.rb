# frozen_string_literal: true

require "json"

module Robofy
  # Sends WhatsApp users' messages to the agents of one Robofy account. Threads share one, and should: it keeps its
  # connections.
  class Client
    OPTIONS = {
      base_url: %i[base_url text],
      timeout: %i[timeout_ms milliseconds],
      connect_timeout: %i[connect_timeout_ms milliseconds],
      max_retries: %i[max_retries integer],
      retry_ambiguous: %i[retry_ambiguous boolean],
      proxy: %i[proxy text],
      ca_file: %i[ca_file path],
      user_agent: %i[user_agent text],
      max_response_bytes: %i[max_response_bytes size],
      max_in_flight: %i[max_in_flight integer],
      ordered_sessions: %i[ordered_sessions boolean],
      rate_limit: %i[rate_limit rate]
    }.freeze
    private_constant :OPTIONS

    # A client for the time of a block, closed at its end.
    def self.open(...)
      client = new(...)
      yield client
    ensure
      client&.close
    end

    # The options are base_url, timeout, connect_timeout (seconds), max_retries, retry_ambiguous, proxy, ca_file,
    # user_agent, max_response_bytes, max_in_flight, ordered_sessions and rate_limit ([per minute, burst]); nil leaves
    # one to the library's default.
    def initialize(api_key, **options)
      unknown = options.keys - OPTIONS.keys
      raise ArgumentError, "unknown option: #{unknown.join(", ")}" unless unknown.empty?

      key = Arguments.text("api_key", api_key)
      set = options.compact.to_h do |name, value|
        setter, kind = OPTIONS.fetch(name)
        [setter, Array(Arguments.public_send(kind, name, value))]
      end
      @dispatcher = Native.uninterrupted { Dispatcher.new(new_client(key, set)) }
    end

    # Sends one message and waits for the agent's Reply; other threads run meanwhile. If the wait is ended
    # from outside (Ctrl-C, Timeout, Thread#kill) the chat is cancelled.
    def whatsapp_chat(**message)
      chat = submit(**message)
      chat.value
    ensure
      chat.cancel unless chat.nil? || chat.done?
    end

    # Sends one message without waiting for the reply: returns a Chat.
    #
    # pid and chatbot_id are the project and its agent, query the user's text, session_id the conversation (commonly the
    # user's WhatsApp number), user_context a Hash of JSON values, timeout seconds for this message.
    def submit(pid:, chatbot_id:, query:, session_id: nil, user_context: nil, timeout: nil)
      texts = { pid: pid, chatbot_id: chatbot_id, query: query }.map { |name, value| Arguments.text(name, value) }
      set = {}
      set[:session_id] = Arguments.text("session_id", session_id) unless session_id.nil?
      set[:user_context] = Arguments.json("user_context", user_context) unless user_context.nil?
      set[:timeout_ms] = Arguments.milliseconds("timeout", timeout) unless timeout.nil?
      Native.uninterrupted do
        Native.lend(Native.call(:robofy_message_new, *texts), :robofy_message_free) do |pointer|
          set.each { |name, value| Native.call(:"robofy_message_set_#{name}", pointer, value) }
          @dispatcher.submit(pointer)
        end
      end
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

    def new_client(key, set)
      Native.lend(Native.call(:robofy_options_new), :robofy_options_free) do |options|
        set.each { |name, values| Native.call(:"robofy_options_set_#{name}", options, *values) }
        Native.call_or_raise(:robofy_client_new, key, options)
      end
    end

    def initialize_copy(_other)
      raise TypeError, "a client cannot be copied: share it, or make another"
    end
  end

  # The version of the library that is loaded.
  def self.library_version
    Native.call(:robofy_version)
  end
end
