# frozen_string_literal: true

module Robofy
  # What a client's logger is told. What the logger raises must not cost the program an answer.
  module Log
    module_function

    def failed(logger, error)
      tell(logger, :warn, "a call failed: #{error.message}")
    end

    def answered(logger, result)
      tell(logger, :info, "a call was answered at attempt #{result.attempts}") if result.attempts > 1
    end

    def tell(logger, level, text)
      logger&.public_send(level, "robofy: #{text}")
    rescue StandardError, ScriptError, SystemStackError => e
      warn "robofy: the logger failed: #{e.message}"
    end
  end
  private_constant :Log
end
