# frozen_string_literal: true

require_relative "service_test"
require "timeout"

class TestMany < ServiceTest
  def test_a_hundred_threads_chat_at_once
    client = self.client
    start = Time.now
    threads = (1..100).map do |user|
      Thread.new { client.whatsapp_chat(**asking("!delay-ms=1000 answer=for-#{user}", session_id: "parallel-#{user}")).answer }
    end

    assert_equal (1..100).map { |user| "for-#{user}" }, threads.map(&:value)
    assert_operator Time.now - start, :<, 50, "one after another they take 100 seconds"
  end

  def test_a_hundred_submitted_messages_are_in_flight_at_once
    client = self.client
    start = Time.now
    chats = (1..100).map { |user| client.submit(**asking("!delay-ms=1000 answer=for-#{user}")) }

    assert_equal (1..100).map { |user| "for-#{user}" }, chats.map { |chat| chat.value.answer }
    assert_operator Time.now - start, :<, 50, "one after another they take 100 seconds"
  end

  def test_a_chat_tells_its_end_to_everyone_who_waits
    chat = client.submit(**asking("!delay-ms=3000 answer=done"))
    waiting = Array.new(5) { Thread.new { chat.value.answer } }

    assert_nil chat.wait(0.01)
    refute_predicate chat, :done?
    assert_equal ["done"] * 5, waiting.map(&:value)
    assert_same chat, chat.wait(0)
    assert_nil chat.error
  end

  def test_a_chat_can_be_cancelled
    chat = client.submit(**asking("!delay-ms=60000"))
    assert chat.cancel

    assert_raises(Robofy::CancelledError) { chat.value }
    assert_kind_of Robofy::CancelledError, chat.error
    refute chat.cancel
  end

  def test_a_timeout_or_a_kill_ends_the_wait_and_cancels_the_chat
    client = self.client
    assert_raises(Timeout::Error) { Timeout.timeout(0.3) { client.whatsapp_chat(**asking("!delay-ms=60000")) } }
    waiting = Thread.new { client.whatsapp_chat(**asking("!delay-ms=60000")) }
    wait_until { client.stats[:in_flight] == 1 }
    waiting.kill.join

    wait_until { client.stats[:cancelled] == 2 && client.stats[:in_flight].zero? }
    assert_equal "still here", client.whatsapp_chat(**asking("!answer=still\\u0020here")).answer
  end

  def test_ctrl_c_ends_a_call
    code = <<~RUBY
      require "robofy"
      $stdout.sync = true
      client = Robofy::Client.new("a-test-key", base_url: ENV["ROBOFY_BASE_URL"])
      puts "begun"
      begin
        client.whatsapp_chat(pid: "1", chatbot_id: "2", query: "!delay-ms=60000")
      rescue Interrupt
        puts client.whatsapp_chat(pid: "1", chatbot_id: "2", query: "!answer=interrupted")
      end
    RUBY
    IO.popen(["ruby", "-I", LIBRARY, "-e", code]) do |child|
      assert_equal "begun\n", child.gets
      sleep 0.5
      Process.kill(:INT, child.pid)
      assert_equal "interrupted\n", Timeout.timeout(30) { child.read }
    end
  end

  def test_a_chat_in_flight_does_not_hold_up_the_end_of_the_process
    code = <<~RUBY
      require "robofy"
      client = Robofy::Client.new("a-test-key", base_url: ENV["ROBOFY_BASE_URL"])
      client.submit(pid: "1", chatbot_id: "2", query: "!delay-ms=50000")
      sleep 0.2
    RUBY
    Timeout.timeout(40) { assert system("ruby", "-I", LIBRARY, "-e", code) }
  end

  def test_more_than_max_in_flight_is_refused
    client = self.client(max_in_flight: 1)
    client.submit(**asking("!delay-ms=60000"))

    assert_raises(Robofy::OverloadedError) { client.submit(**asking("Hello")) }
    client.close
  end

  def test_the_messages_of_a_session_keep_their_order
    client = self.client(ordered_sessions: true, rate_limit: [60_000, 100], retry_ambiguous: true)
    ended = Queue.new
    [300, 100, 0].map do |delay|
      chat = client.submit(**asking("!delay-ms=#{delay} answer=#{delay}", session_id: "ordered"))
      Thread.new { ended << chat.value.answer }
    end.each(&:join)

    assert_equal 3, ended.size
    assert_equal "300", ended.pop
  end
end
