# frozen_string_literal: true

module Robofy
  # The settings of an agent. No inspect and no dump shows the secret among them, the key to the language model.
  class AgentSettings
    # A number, which the service writes as text.
    attr_reader :temperature
    # How the agent thinks, in the service's own words.
    attr_reader :thinking_mode

    def initialize(temperature: nil, thinking_mode: nil, llm_api_key: nil, all: {})
      @temperature = temperature
      @thinking_mode = thinking_mode
      @secrets = -> { [llm_api_key, all] }
    end

    # The key to the language model: a secret.
    def llm_api_key
      @secrets.call.first
    end

    # Every setting, the secret among them.
    def all
      @secrets.call.last
    end

    def inspect
      "#<#{self.class} temperature=#{temperature.inspect}, thinking_mode=#{thinking_mode.inspect}>"
    end
  end
end
