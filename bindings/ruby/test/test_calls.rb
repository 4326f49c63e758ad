# frozen_string_literal: true

require_relative "service_test"
require "socket"
require "timeout"

class TestCalls < ServiceTest
  PATH = "/v1/projects"

  def client(**options)
    super(**ASK, **options)
  end

  def test_a_response_has_what_came
    response = client.request("POST", "/v1/ai-agent/any", query: { page: 2, "all" => true }, body: [1.0, "x\xFF"])

    assert_equal [200, 1], [response.status, response.attempts]
    assert_operator response.elapsed, :>, 0
    assert_equal ["application/json", nil], [response.header("Content-TYPE"), response.header("x-none")]
    assert_equal [[%w[page 2], %w[all true]], "[1.0,\"x\u{FFFD}\"]"], response.data.values_at("query", "body")
    assert_equal response.json["data"], response.data
    refute_includes response.inspect, "page"
  end

  def test_a_body_needs_no_envelope_and_has_a_bound
    client = self.client
    directed = ->(line, **more) { client.request("GET", PATH, query: { standin: line }, **more) }

    assert_equal ["no JSON", nil], [directed.call("raw=no JSON").body, directed.call("raw=no JSON").data]
    assert_equal ["", nil], [directed.call("status=204").body, directed.call("status=204").data]
    assert_raises(Robofy::ProtocolError) { directed.call("huge=2000", max_response_bytes: 1000) }
  end

  def test_a_body_may_hold_a_nul
    TCPServer.open("127.0.0.1", 0) do |server|
      chat = client(base_url: "http://127.0.0.1:#{server.addr[1]}").submit_request("GET", PATH)
      connection = server.accept
      assert_match(/\AGET #{PATH} /, connection.readpartial(4096))
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\0b")

      assert_equal "a\0b", chat.value.body
    end
  end

  def test_a_bad_argument_is_refused_by_name
    client = self.client
    upload = Robofy::Upload.new
    {
      "method" => -> { client.request("BREW", PATH) },
      "path" => -> { client.request("GET", "https://other.example/") },
      'query["a"]' => -> { client.request("GET", PATH, query: { "a" => "\0" }) },
      "body" => -> { client.request("PUT", PATH, body: Float::NAN) },
      "timeout" => -> { client.request("GET", PATH, timeout: 0) },
      "max_response_bytes" => -> { client.request("GET", PATH, max_response_bytes: 0) },
      "upload" => -> { client.upload(PATH, upload) },
      "file_name" => -> { upload.add_bytes("file", "x", file_name: "\0") },
      "pid" => -> { client.agent_settings(pid: "..") },
      "pid cannot" => -> { client.agent_settings(pid: "a/b") },
      "chatbot_id" => -> { client.leads(chatbot_id: "\0") },
      "platform" => -> { client.chat_send(query: "Hi", platform: "") }
    }.each do |name, call|
      assert_operator assert_raises(Robofy::InvalidArgumentError, name, &call).message, :start_with?, name
    end
  end

  def test_a_wrong_type_is_a_type_error
    client = self.client
    [
      -> { client.request(:get, nil) }, -> { client.request("GET", PATH, query: "a=b") },
      -> { client.request("GET", PATH, query: { a: 1.5 }) }, -> { client.upload(PATH, "file") },
      -> { Robofy::Upload.new.add_bytes("file", 1, file_name: "x") }, -> { client.stream(nil, query: "Hi") }
    ].each { |call| assert_raises(TypeError, &call) }
    error = assert_raises(TypeError) { client.request("GET", PATH, query: { a: nil }) }
    assert_equal "query[:a] must be a String, an Integer, true or false, not NilClass", error.message
  end

  def test_a_user_of_any_platform_chats
    platform = ->(reply) { JSON.parse(reply.answer)["user_context"]["platform"] }

    assert_equal "web", platform.call(client.chat_send(query: "!echo"))
    assert_equal "kiosk", platform.call(client.submit_chat(query: "!echo", platform: "kiosk").value)
  end

  def test_a_request_that_waits_is_cancelled_by_a_timeout_and_by_close
    client = self.client
    slow = { query: { standin: "delay-ms=60000" } }
    assert_raises(Timeout::Error) { Timeout.timeout(0.3) { client.request("GET", PATH, **slow) } }
    wait_until { client.stats.values_at(:cancelled, :in_flight) == [1, 0] }
    waiting = Thread.new { assert_raises(Robofy::CancelledError) { client.request("GET", PATH, **slow) } }
    wait_until { client.stats[:in_flight] == 1 }
    client.close
    waiting.join
  end

  def test_progress_can_be_read_while_a_file_is_sent
    upload = Robofy::Upload.new.add_text("chatbot_id", "DKDvwn").add_bytes("file", "a\0b" * 500_000, file_name: "a.bin")
    assert_equal 0, upload.total
    chat = client.submit_upload("/v1/ai-agent/files", upload)
    assert_operator upload.sent, :<=, upload.total until chat.wait(0.01)

    assert_includes chat.value.data["body"], "a\0b"
    assert_equal upload.total, upload.sent
  end

  def test_leads_are_asked_for_page_by_page
    client = self.client
    assert_equal ["Lead 0", "Lead 1"], client.leads.first(2).map { |lead| lead["name"] }
    assert_equal 1, client.stats[:answered]
    leads = client.leads
    assert_equal %w[0 1 2], Array.new(3) { leads.next["name"][/\d/] }
    assert_equal [], client.leads(pid: "empty").to_a
    assert_raises(Robofy::ProtocolError) { client.leads(pid: "loop") { |lead| assert lead } }
    assert_equal 2, client.sessions(chatbot_id: "array").size
  end

  def test_answers_of_another_shape_are_protocol_errors
    fake = Robofy::FakeClient.new({ "report" => 1 }, [1], {})
    [-> { fake.leads.to_a }, -> { fake.agent_settings }, -> { fake.sessions }].each do |call|
      assert_raises(Robofy::ProtocolError, &call)
    end
  end

  def test_calls_leave_nothing
    client = self.client
    grown = growth do
      100.times do
        client.request("GET", PATH, query: { standin: "huge=20000" }).data
        client.upload("/v1/ai-agent/files", Robofy::Upload.new.add_bytes("file", "x" * 20_000, file_name: "x"))
        client.leads.to_a
        client.sessions
        client.stream(STREAM, query: "!huge=20000", &:to_a)
        assert_raises(Robofy::NotFoundError) do
          client.request("GET", PATH, query: { standin: "status=404 detail=#{"x" * 4000}" })
        end
      end
    end

    assert_operator grown, :<, 16 * MEGABYTE
  end
end
