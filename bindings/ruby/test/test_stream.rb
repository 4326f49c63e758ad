# frozen_string_literal: true

require_relative "service_test"
require "logger"
require "stringio"
require "timeout"

class TestStream < ServiceTest
  SILENCE = "!answer=x endless=silence"

  def client(**options)
    super(**ASK, **options)
  end

  def stream(query, client = self.client, **more, &block)
    client.stream(STREAM, query: query, **more, &block)
  end

  def test_the_events_come_in_their_order
    stream = self.stream("!deltas=2 tools event-delay-ms=5", session_id: "918727")
    assert_equal ["", nil, false], [stream.text, stream.session_id, stream.done?]
    events = stream.to_a

    assert_equal ["0 ", "1 "], events.select { |event| event.kind == :delta }.map(&:text)
    assert_equal 5, events.map(&:kind).count(:tool)
    assert_equal %i[finish session other], events.last(3).map(&:kind)
    assert_equal ["book", "msg-1"], [events[2].name, events[0].json["messageId"]]
    assert_equal ["0 1 ", "918727", true], [stream.text, stream.session_id, stream.done?]
    assert_equal [nil, []], [stream.next_event, stream.to_a]
  end

  def test_a_loop_that_was_left_goes_on
    stream = self.stream("!answer=x")
    stream.each { |event| break event }
    assert_equal 8, stream.count
    assert_equal 9, self.stream("!answer=x").each.with_index.to_a.size
  end

  def test_an_error_is_raised_once_and_what_came_is_kept
    stream = self.stream("!answer=Hello no-done")
    assert_raises(Robofy::InterruptedError) { stream.to_a }
    assert_equal ["Hello", nil], [stream.text, stream.next_event]
    assert_raises(Robofy::TimeoutError) { self.stream(SILENCE, timeout: 0.3).to_a }
  end

  def test_no_event_in_time_is_nil
    stream = self.stream(SILENCE)
    stream.next_event until stream.text == "x"
    stream.next_event(0.05)
    assert_equal [nil, nil, false], [stream.next_event(0.05), stream.next_event(0), stream.done?]
  end

  def test_a_hundred_threads_read_one_each
    client = self.client
    texts = Array.new(100) { |n| Thread.new { stream("!answer=#{n} event-delay-ms=5", client) { |it| it.to_a && it.text } } }
    assert_equal (0...100).map(&:to_s), texts.map(&:value)
  end

  def test_closing_ends_the_waits_of_other_threads_and_frees_once
    client = self.client
    stream = self.stream(SILENCE, client)
    waiting = Array.new(3) { Thread.new { assert_raises(Robofy::CancelledError) { stream.to_a } } }
    wait_until { waiting.all?(&:stop?) }
    2.times { stream.close }

    waiting.each(&:join)
    assert_includes assert_raises(RuntimeError) { stream.next_event }.message, "this stream is closed"
    assert_equal 1, client.stats[:cancelled]
  end

  def test_a_stream_that_is_forgotten_or_whose_block_has_ended_is_cancelled
    client = self.client
    Thread.new { stream(SILENCE, client).next_event && nil }.join
    wait_until { GC.start || client.stats.values_at(:cancelled, :in_flight) == [1, 0] }
    assert_equal "start", stream(SILENCE, client) { |stream| stream.next_event.name }
    wait_until { client.stats.values_at(:cancelled, :in_flight) == [2, 0] }
  end

  def test_a_timeout_or_a_kill_ends_a_wait_and_the_stream_goes_on
    stream = self.stream("!answer=x body-delay-ms=1500")
    assert_raises(Timeout::Error) { Timeout.timeout(0.2) { stream.next_event } }
    waiting = Thread.new { stream.next_event }
    wait_until { waiting.stop? }
    waiting.kill.join

    assert_equal 9, stream.count
  end

  def test_it_outlives_its_client
    client = self.client
    stream = self.stream("!answer=x event-delay-ms=20", client)
    client.close
    assert_equal 9, stream.count
  end

  def test_it_is_the_parents_after_a_fork
    stream = self.stream("!answer=x event-delay-ms=50")
    stream.next_event
    child = fork do
      stream.next_event
      exit!(false)
    rescue Robofy::CancelledError
      stream.close
      exit!(true)
    end
    Timeout.timeout(60) { Process.wait(child) }

    assert_predicate $?, :success?
    assert_equal 8, stream.count
  end

  def test_a_program_ends_amid_a_stream
    code = <<~RUBY
      require "robofy"
      client = Robofy::Client.new("key", pid: "1", chatbot_id: "2", base_url: ENV["ROBOFY_BASE_URL"])
      waiting = Thread.new { client.stream("#{STREAM}", query: "#{SILENCE}").to_a }
      client.stream("#{STREAM}", query: "#{SILENCE}").each { exit 7 }
    RUBY
    Timeout.timeout(20) { system("ruby", "-W", "-I", LIBRARY, "-e", code) }
    assert_equal 7, $?.exitstatus
  end

  def test_a_logger_is_told_of_its_failure_and_it_is_not_copied
    told = StringIO.new
    stream = self.stream("!status=403", client(logger: Logger.new(told)))
    assert_raises(Robofy::ForbiddenError) { stream.to_a }
    assert_match(/WARN.*a call failed: 403/, told.string)
    assert_raises(TypeError) { stream.dup }
  end
end
