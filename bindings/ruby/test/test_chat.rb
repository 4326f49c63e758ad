# frozen_string_literal: true

require_relative "service_test"
require "logger"
require "timeout"
require "securerandom"

class TestChat < ServiceTest
  def test_a_chat_is_answered
    session = SecureRandom.uuid
    reply = client.whatsapp_chat(**asking("Grüße, 你好", session_id: session))

    assert_equal 'Hello! You wrote: "Grüße, 你好".', reply.answer
    assert_equal Encoding::UTF_8, reply.answer.encoding
    assert_equal reply.answer, reply.to_s
    assert_equal session, reply.session_id
    assert_equal "Success", reply.message
    assert_equal reply.answer, reply.json["data"]["answer"]
    assert_equal 1, reply.attempts
    assert_operator reply.elapsed, :>, 0
  end

  def test_the_service_names_the_session_of_a_message_without_one
    refute_empty client.whatsapp_chat(**asking("Hello")).session_id
    assert_nil client.whatsapp_chat(**asking("!no-session")).session_id
  end

  def test_the_user_context_is_sent
    context = { "name" => "Zoë", "tags" => [], "address" => { "city" => "Pune" } }
    reply = client.whatsapp_chat(**asking("!echo", session_id: "context", user_context: context))

    sent = JSON.parse(reply.answer)["user_context"]
    assert_equal context.merge("session_id" => "context", "platform" => "whatsapp"), sent
  end

  def test_a_text_in_another_encoding_is_sent_as_utf8
    reply = client.whatsapp_chat(**asking("Gr\xFC\xDFe".dup.force_encoding("ISO-8859-1")))

    assert_includes reply.answer, "Grüße"
  end

  def test_a_part_of_a_longer_string_ends_where_it_ends
    assert_includes client.whatsapp_chat(**asking("#{"x" * 100}y"[0, 50])).answer, "\"#{"x" * 50}\""
  end

  def test_bytes_of_no_encoding_are_taken_for_utf8
    assert_includes client.whatsapp_chat(**asking("Grüße".b)).answer, "Grüße"
  end

  def test_half_a_surrogate_pair_is_sent_as_one_replacement
    halves = ["x\xED\xA0\xBDy", "x\x00\x3D\xD8y\x00".dup.force_encoding("UTF-16LE")]

    halves.each { |text| assert_includes client.whatsapp_chat(**asking(text)).answer, "\"x\u{FFFD}y\"" }
  end

  def test_a_reply_is_a_hash_and_is_matched
    reply = client.whatsapp_chat(**asking("!answer=yes"))
    reply => { answer: "yes", attempts: 1 }

    assert_equal reply.members, reply.to_h.keys
    assert_predicate reply, :frozen?
  end

  def test_a_logger_is_told_of_failures_and_retries
    told = StringIO.new
    client = self.client(max_retries: 1, logger: Logger.new(told))
    assert_raises(Robofy::Error) { client.whatsapp_chat(**asking("!status=403 code=FORBIDDEN")) }
    client.whatsapp_chat(**asking("!status=503 fails=1", session_id: SecureRandom.uuid))
    client.close

    assert_match(/WARN.*a call failed: 403 FORBIDDEN.*INFO.*answered at attempt 2/m, told.string)
  end

  def test_a_logger_that_fails_holds_up_nothing
    [RuntimeError, NotImplementedError].each do |kind|
      failing = Object.new
      failing.define_singleton_method(:warn) { |_| raise kind, "the disk is full" }
      failing.define_singleton_method(:info) { |_| raise kind, "the disk is full" }
      client = self.client(logger: failing, max_retries: 1)

      _, told = capture_io do
        slow = client.submit(**asking("!delay-ms=1000 answer=slow"))
        assert_raises(Robofy::ForbiddenError) { client.whatsapp_chat(**asking("!status=403")) }
        assert_equal "slow", Timeout.timeout(30) { slow.value.answer }
        client.close
      end
      assert_includes told, "robofy: the logger failed: the disk is full"
    end
  end

  def test_a_retry_is_counted
    reply = client(max_retries: 1).whatsapp_chat(**asking("!status=503 fails=1", session_id: SecureRandom.uuid))

    assert_equal 2, reply.attempts
  end

  def test_figures_of_a_client
    client = self.client
    client.whatsapp_chat(**asking("Hello"))

    assert_equal [1, 0, 1], [client.stats[:answered], client.stats[:in_flight], client.stats[:latency][:count]]
  end

  def test_a_block_closes_its_client
    kept = nil
    answer = Robofy::Client.open("a-test-key", base_url: URL) do |client|
      kept = client
      client.whatsapp_chat(**asking("!answer=done")).answer
    end

    assert_equal "done", answer
    assert_raises(RuntimeError) { kept.stats }
  end
end
