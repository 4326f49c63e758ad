# frozen_string_literal: true

module Robofy
  # What a client calls beside the endpoint for WhatsApp messages. As there, other threads run while a call waits, and what
  # ends the wait from outside cancels the call.
  class Client
    # Sends one message of any platform, which is "web" unless it is given, and waits for the agent's Reply. All else is
    # as for whatsapp_chat.
    def chat_send(**message)
      await { submit_chat(**message) }
    end

    # The same without waiting: returns a Chat.
    def submit_chat(**message)
      lend_message(**message) { |pointer| @dispatcher.submit(:robofy_chat_submit, pointer) }
    end

    # Calls any endpoint of the service and waits for its Response, of a status from 200 to 299; every other is an error.
    # GET and HEAD are repeated as messages are, what changes something only where the service cannot have seen it.
    #
    # method is GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS; path the path below the base URL, such as "/v1/projects"; it
    # cannot lead to another host, and what a URL cannot hold in an ID is encoded by the caller; query a Hash of the pairs
    # of the URL's query, which are encoded here; body a JSON value; timeout seconds for this call; max_response_bytes
    # the largest body that is read.
    def request(method, path, **options)
      await { submit_request(method, path, **options) }
    end

    # The same without waiting: returns a Chat, whose value is the Response.
    def submit_request(method, path, query: nil, body: nil, timeout: nil, max_response_bytes: nil)
      texts = [Arguments.text("method", method), Arguments.text("path", path), nil]
      json = body.nil? ? nil : Arguments.json_value("body", body)
      lend_call(query, timeout, max_response_bytes) do |call|
        @dispatcher.submit(:robofy_request_submit, *texts, json, call)
      end
    end

    # Sends an Upload as a POST and waits for the Response. Meanwhile upload.sent grows.
    def upload(path, upload, **options)
      await { submit_upload(path, upload, **options) }
    end

    # The same without waiting: returns a Chat, whose value is the Response.
    def submit_upload(path, upload, timeout: nil)
      raise TypeError, "upload must be a Robofy::Upload, not #{upload.class}" unless upload.is_a?(Upload)

      path = Arguments.text("path", path)
      lend_call(nil, timeout, nil) { |call| @dispatcher.submit(:robofy_upload_submit, path, upload.pointer, call) }
    end

    # Yields each lead that an agent has collected, or those of one conversation, as the service has written them; returns an
    # Enumerator without a block. A page is asked for when it is needed, for each of which the timeout is.
    def leads(pid: @pid, chatbot_id: @chatbot_id, session_id: nil, timeout: nil, &block)
      path = Endpoints.leads(pid, chatbot_id)
      query = session_id.nil? ? {} : { "sessionId" => session_id }
      leads = Enumerator.new { |yielder| each_page(path, query, timeout) { |rows| rows.each { |row| yielder << row } } }
      block ? leads.each(&block) : leads
    end

    # The conversations of an agent, a Session each.
    def sessions(chatbot_id: @chatbot_id, timeout: nil)
      Endpoints.read_sessions(request("GET", Endpoints.sessions(chatbot_id), timeout: timeout))
    end

    # The AgentSettings of an agent.
    def agent_settings(pid: @pid, chatbot_id: @chatbot_id, timeout: nil)
      Endpoints.read_settings(request("GET", Endpoints.settings(pid, chatbot_id), timeout: timeout))
    end

    # Sends one message to a path where the agent answers in events, and does not wait: returns a Stream, which brings them.
    # The service's reference does not name the path. The message is as for chat_send; its timeout bounds the time to the
    # first event, and then from each event to the next. With a block the stream is closed at its end.
    def stream(path, **message)
      path = Arguments.text("path", path)
      stream = lend_message(**message) { |pointer| @dispatcher.stream(path, pointer) }
      return stream unless block_given?

      begin
        yield stream
      ensure
        stream.close
      end
    end

    private

    def lend_call(query, timeout, max_response_bytes)
      raise TypeError, "query must be a Hash, not #{query.class}" unless query.nil? || query.is_a?(Hash)

      lend(:call) do |call|
        query&.each do |name, value|
          Native.call(:robofy_call_add_query, call, Arguments.text("query", name.to_s), Arguments.query_text(name, value))
        end
        Native.call(:robofy_call_set_timeout_ms, call, Arguments.milliseconds("timeout", timeout)) unless timeout.nil?
        unless max_response_bytes.nil?
          most = Arguments.integer("max_response_bytes", max_response_bytes, 1, 64)
          Native.call(:robofy_call_set_max_response_bytes, call, most)
        end
        yield call
      end
    end

    def each_page(path, query, timeout)
      seen = {}
      loop do
        response = request("GET", path, query: query, timeout: timeout)
        rows, token = Endpoints.read_leads(response)
        if seen.key?(token) || seen.size >= Endpoints::MOST_PAGES
          Endpoints.fail_to_read(response, "the leads come to no end: a page token came again, or there are too many")
        end
        yield rows
        return if token.nil?

        seen[token] = true
        query = query.merge("nextPageToken" => token)
      end
    end
  end
end
