# frozen_string_literal: true

require_relative "service_test"
require "minitest/mock"
require "timeout"

class TestLifetime < ServiceTest
  DETAIL = "x" * 4000
  ANSWERED = "!huge=4000 detail=#{DETAIL}"
  FAILING = "!status=401 detail=#{DETAIL}"

  def test_ten_thousand_calls_leave_nothing
    client = self.client
    grown = growth do
      500.times do
        client.whatsapp_chat(**asking(ANSWERED, session_id: "memory"))
        assert_raises(Robofy::UnauthorizedError) { client.whatsapp_chat(**asking(FAILING)) }
      end
    end

    assert_operator grown, :<, 16 * MEGABYTE
  end

  def test_ten_thousand_submitted_messages_leave_nothing
    client = self.client
    grown = growth do
      10.times do
        chats = [ANSWERED, FAILING].cycle.first(100).map { |query| client.submit(**asking(query)) }
        assert_equal 50, chats.map { |chat| chat.wait.error }.count(nil)
      end
    end

    assert_operator grown, :<, 16 * MEGABYTE
  end

  def test_options_of_a_refused_client_are_freed
    grown = growth do
      500.times do
        assert_raises(Robofy::InvalidArgumentError) { Robofy::Client.new("", user_agent: DETAIL) }
      end
    end

    assert_operator grown, :<, 16 * MEGABYTE
  end

  def test_a_refused_clients_error_and_options_are_freed_once
    freed = []
    call = Robofy::Native.method(:call)
    spy = lambda do |name, *arguments|
      freed << name if name.end_with?("_free")
      call.call(name, *arguments)
    end
    Robofy::Native.stub(:call, spy) { assert_raises(Robofy::InvalidArgumentError) { Robofy::Client.new("") } }

    assert_equal %i[robofy_error_free robofy_options_free], freed
  end

  def test_without_a_thread_to_be_had_nothing_is_sent
    client = self.client
    Thread.stub(:new, ->(*) { raise ThreadError, "can't create Thread" }) do
      assert_raises(ThreadError) { client.submit(**asking("!delay-ms=60000")) }
    end

    assert_equal 0, client.stats[:in_flight]
    assert_equal "still here", client.whatsapp_chat(**asking("!answer=still\\u0020here")).answer
  end

  def test_a_forgotten_client_is_freed
    # In a process of its own: the last client of a process takes the library's threads with it.
    code = <<~RUBY
      require "robofy"
      threads = -> { Dir.children("/proc/self/task").size }
      before = threads.call
      Thread.new do
        client = Robofy::Client.new("a-test-key", base_url: ENV["ROBOFY_BASE_URL"])
        client.whatsapp_chat(pid: "1", chatbot_id: "2", query: "Hello")
        abort "the library has no thread" unless threads.call > before + 2
      end.join
      100.times do
        GC.start
        break if threads.call <= before + 1
        sleep 0.1
      end
      puts threads.call <= before + 1 ? "freed" : "still there"
    RUBY
    assert_equal "freed\n", IO.popen(["ruby", "-I", LIBRARY, "-e", code], &:read)
  end

  def test_closing_ends_the_chats_in_flight_and_frees_once
    client = self.client
    waiting = Array.new(20) { Thread.new { client.whatsapp_chat(**asking("!delay-ms=60000")) } }
    waiting.each { |thread| thread.report_on_exception = false }
    wait_until { client.stats[:in_flight] == 20 }
    [1, 2].map { Thread.new { client.close } }.each(&:join)

    waiting.each { |thread| assert_raises(Robofy::CancelledError) { thread.value } }
  end

  def test_closing_under_the_calls_of_other_threads_is_no_crash
    20.times do
      client = self.client
      calling = Array.new(4) do
        Thread.new do
          loop { client.whatsapp_chat(**asking("Hello")) && client.stats }
        rescue RuntimeError, Robofy::CancelledError => e
          e
        end
      end
      sleep 0.01
      client.close
      calling.each { |thread| assert_kind_of StandardError, thread.value }
    end
  end

  def test_a_client_works_on_in_a_forked_child
    client = self.client
    client.whatsapp_chat(**asking("Hello"))
    parents = client.submit(**asking("!delay-ms=1000 answer=parent"))

    child = fork do
      answered = client.whatsapp_chat(**asking("!answer=child")).answer == "child"
      refused = assert_raises(RuntimeError) { parents.value }.message.include?("parent process's")
      client.close
      exit!(answered && refused)
    end
    Timeout.timeout(60) { Process.wait(child) }

    assert_predicate $?, :success?
    assert_equal "parent", parents.value.answer
  end
end
