# frozen_string_literal: true

require "minitest/autorun"
require "robofy"

class TestFakeClient < Minitest::Test
  def test_its_outcomes_come_in_their_order
    client = Robofy::FakeClient.new("Hello!", Robofy::RateLimitedError.new("slow down", retry_after: 2.0))
    reply = client.whatsapp_chat(query: "Hi", session_id: "918727")
    chat = client.submit(query: "Again", pid: "1")

    assert_equal ["Hello!", "918727", 1], [reply.answer, reply.session_id, reply.attempts]
    assert_equal "Hello!", reply.json["data"]["answer"]
    error = assert_raises(Robofy::RateLimitedError) { chat.value }
    assert_equal [2.0, true], [error.retry_after, error.retryable?]
    refute_predicate Robofy::ServerError.new("broken"), :retryable?
    refute chat.cancel
    assert_equal [{ pid: "pid", chatbot_id: "chatbot_id", query: "Hi", session_id: "918727" },
                  { pid: "1", chatbot_id: "chatbot_id", query: "Again" }], client.messages
    assert_includes assert_raises(RuntimeError) { client.submit(query: "More") }.message, "no outcome"
  end

  def test_a_proc_may_be_one_of_the_outcomes
    client = Robofy::FakeClient.new("first", ->(message) { message[:query].upcase })

    assert_equal %w[first LOUD], [client.whatsapp_chat(query: "Hi"), client.whatsapp_chat(query: "loud")].map(&:to_s)
  end

  def test_a_block_may_have_one_for_its_time
    assert_equal "Hello!", Robofy::FakeClient.open("Hello!") { |client| client.whatsapp_chat(query: "Hi").answer }
  end

  def test_a_block_answers_each_message
    client = Robofy::FakeClient.new { |message| "You wrote #{message[:query]}." }

    assert_equal "You wrote Hi.", client.whatsapp_chat(query: "Hi").to_s
    assert_kind_of Robofy::Client, client
  end

  def test_it_answers_every_call
    event = Robofy::StreamEvent.new(kind: :session, text: "918727", name: "data-session", body: "{}")
    none = Robofy::Response.new(status: 204, headers: { "X-Id" => "7" })
    client = Robofy::FakeClient.new(
      "Hello!", { "page" => 1 }, none, { "report" => { "rows" => [{ "name" => "Asha" }] } }, [{ "session_id" => "918727" }],
      { "temperature" => 0.7 }, ["Hel", event, "lo", Robofy::InterruptedError.new("cut short")], %w[a b],
      Robofy::ForbiddenError.new("no")
    )

    assert_equal "Hello!", client.chat_send(query: "Hi", platform: "web").answer
    assert_equal({ "page" => 1 }, client.request("GET", "/v1/projects", query: { page: 1 }).data)
    assert_equal ["7", nil], client.request("DELETE", "/v1/a").then { |response| [response.header("x-ID"), response.data] }
    assert_equal %w[Asha], client.leads.map { |lead| lead["name"] }
    assert_equal %w[918727], client.sessions.map(&:session_id)
    assert_equal "0.7", client.agent_settings.temperature
    stream = client.stream("/v1/a", query: "Hi")
    assert_raises(Robofy::InterruptedError) { stream.to_a }
    assert_equal ["Hello", "918727", true], [stream.text, stream.session_id, stream.done?]
    stream = client.stream("/v1/a", query: "Hi")
    assert_equal [true, "a"], [stream.next_event && stream.cancel, stream.text]
    assert_raises(Robofy::CancelledError) { stream.to_a }
    assert_raises(Robofy::ForbiddenError) { client.request("PUT", "/v1/a", body: { n: 1 }) }
    assert_equal({ method: "GET", path: "/v1/projects", query: { page: 1 } }, client.calls.first)
    assert_equal({ method: "PUT", path: "/v1/a", body: { n: 1 } }, client.calls.last)
  end

  def test_it_takes_what_a_client_takes
    client = Robofy::FakeClient.new("Hello!")

    assert_raises(ArgumentError) { client.whatsapp_chat(question: "Hi") }
    assert_raises(ArgumentError) { client.whatsapp_chat(query: "Hi", question: "Hi") }
    assert_raises(Robofy::InvalidArgumentError) { client.whatsapp_chat(query: "a\0b") }
    assert_raises(TypeError) { client.whatsapp_chat(query: nil) }
    assert_empty client.messages
    client.close
    assert_includes assert_raises(RuntimeError) { client.stats }.message, "closed"
    assert_includes assert_raises(RuntimeError) { client.whatsapp_chat(query: "Hi") }.message, "closed"
  end
end
