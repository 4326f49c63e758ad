# frozen_string_literal: true

module Robofy
  # The endpoints whose answers are known: their paths, and what is read of an answer.
  module Endpoints
    MOST_PAGES = 10_000

    module_function

    def leads(pid, chatbot_id)
      "/v1/ai-agent/leads/#{part("pid", pid)}/#{part("chatbot_id", chatbot_id)}"
    end

    def sessions(chatbot_id)
      "/v1/ai-agent/inbox/sessions/#{part("chatbot_id", chatbot_id)}"
    end

    def settings(pid, chatbot_id)
      "/v1/ai-agent/chatbot_ai_settings/#{part("pid", pid)}/#{part("chatbot_id", chatbot_id)}"
    end

    # The rows of a page, and what the next one is asked for with; nil after the last.
    def read_leads(response)
      report = member(response.data, "report")
      rows = member(report, "rows")
      fail_to_read(response, "the answer has no report of leads") unless rows.is_a?(Array)
      token = word(report["next_page_token"])
      [rows, (token unless token.to_s.empty?)]
    end

    def read_sessions(response)
      data = response.data
      listed = data.is_a?(Hash) ? data["sessions"] : data
      fail_to_read(response, "the answer has no list of sessions") unless listed.is_a?(Array)
      listed.map { |each| Session.new(**Session.members.to_h { |name| [name, word(member(each, name.to_s))] }).freeze }
    end

    def read_settings(response)
      data = response.data
      fail_to_read(response, "the answer has no settings") unless data.is_a?(Hash)
      words = %w[temperature thinking_mode llm_api_key].to_h { |name| [name.to_sym, word(data[name])] }
      AgentSettings.new(**words, all: data)
    end

    def fail_to_read(response, why)
      raise ProtocolError.new(why, http_status: response.status)
    end

    def member(value, name)
      value[name] if value.is_a?(Hash)
    end

    def word(value)
      value&.to_s
    end

    # An ID as one segment of a path, by the library's own rule.
    def part(parameter, value)
      id = Arguments.once(parameter, value).chomp("\0")
      if ["", ".", ".."].include?(id) || id.match?(%r{[/\\[:cntrl:]]})
        raise InvalidArgumentError, "#{parameter} cannot be #{id.inspect}: give the ID that the service knows"
      end

      id.b.gsub(/[^A-Za-z0-9\-._~]/n) { |byte| format("%%%02X", byte.ord) }
    end
  end
  private_constant :Endpoints
end
