# frozen_string_literal: true

require_relative "service_test"
require "io/wait"
require "minitest/mock"
require "pp"
require "timeout"
require "tmpdir"

class TestInbox < ServiceTest
  # The agent is asked when there are so many messages.
  def inbox(messages = 1, client: self.client(**ASK), **options)
    Robofy::Inbox.new(client, **{ max_messages: messages, quiet: 3000, max_wait: 3000, typing: 0 }, **options)
  end

  def offer(inbox, id, text, user: "1555")
    inbox.offer_text("106", user, id, text)
  end

  def event(**message)
    message = { from: "1555", id: "wamid.1", timestamp: Time.now.to_i.to_s, type: "text", **message }
    value = { metadata: { phone_number_id: "106" }, messages: [message] }
    body = JSON.generate(entry: [{ changes: [{ field: "messages", value: value }] }])
    Robofy::Webhook.new(:meta).read(body, nil).first
  end

  def test_a_burst_is_answered_once
    inbox = self.inbox(2, join: " ")
    accepted = [%w[a !answer=**one**], %w[a !answer=**one**], %w[b headers=1]].map { |id, text| offer(inbox, id, text) }
    assert_equal %i[queued duplicate queued], accepted
    outcome = inbox.poll(60)
    said = { kind: :answer, session_id: "1555", channel_id: "106", to: "1555", recipient: nil, message_ids: %w[a b], error: nil }
    assert_equal said, outcome.to_h.slice(*said.keys)
    assert_equal ["*one*", "**one**"], [outcome.parts.first.text, outcome.reply.answer]
    assert_equal "b", JSON.parse(outcome.parts.first.request).dig("context", "message_id")
    assert_raises(Robofy::InvalidArgumentError) { inbox.sent(outcome, 1) }
    assert_nil inbox.sent(outcome, 0, "wamid.ours")
    assert_nil inbox.poll(0)
    assert_equal [1, 1, 2, 1], inbox.stats.values_at(:answers, :parts_sent, :queued, :duplicates)
    assert_raises(FrozenError) { outcome.parts << nil }
    assert_raises(FrozenError) { outcome.parts.first.text << "more" }
  end

  def test_an_event_is_offered_and_what_fails_comes_again_or_is_given_up
    inbox = self.inbox(fallback: { ok: "Later.", bad_request: "So not." })
    assert_equal :queued, inbox.offer(event(text: { body: "!status=400 code=OOPS" }))
    outcome = inbox.poll(60)
    assert_equal [:fallback, "OOPS", ["So not."]], [outcome.kind, outcome.error.code, outcome.parts.map(&:text)]
    inbox.failed(outcome, 0, -1)
    again = inbox.poll(60)
    assert_equal outcome.message_ids, again.message_ids
    inbox.failed(again, 0, 131_026)
    assert_equal [nil, 0, 2], [inbox.poll(0), *inbox.stats.values_at(:turns, :parts_failed)]
  end

  def test_an_event_keeps_what_it_was_read_of
    events = Array.new(50) { |n| event(id: "m#{n}", text: { body: "!answer=#{n}" }) }
    GC.start
    inbox = self.inbox
    assert_equal [:queued], events.map { |event| inbox.offer(event.dup) }.uniq
    loaded = Marshal.load(Marshal.dump(events.first))
    assert_equal events.first, loaded
    error = assert_raises(Robofy::InvalidArgumentError) { inbox.offer(loaded) }
    assert_includes error.message, "use offer_text"
  end

  def test_a_person_takes_over
    inbox = self.inbox
    offer(inbox, "a", "!answer=x")
    inbox.sent(inbox.poll(60), 0)
    inbox.pause("1555", 3600)
    assert_equal :paused, offer(inbox, "b", "Hi")
    inbox.resume("1555")
    assert_equal :queued, offer(inbox, "c", "!answer=y delay-ms=1000")
    echo = { from: "106", to: "1555", id: "wamid.h", timestamp: Time.now.to_i.to_s, type: "text", text: { body: "I am here" } }
    value = { metadata: { phone_number_id: "106" }, message_echoes: [echo] }
    body = JSON.generate(entry: [{ changes: [{ field: "smb_message_echoes", value: value }] }])
    assert_equal :took_over, inbox.offer(Robofy::Webhook.new(:meta).read(body, nil).first)
    assert_equal :expired, inbox.poll(60).kind
  end

  def test_typing_and_stop_words
    inbox = self.inbox(typing: 20, stop_words: %w[stop ende], stop_text: "Bye.", media: :ignore, dialect: :auto)
    offer(inbox, "t", "!answer=x delay-ms=3000") # once the answer is there nobody is typing
    typing = inbox.poll(60)
    assert_equal [:typing, [], ["t"]], [typing.kind, typing.parts, typing.message_ids]
    assert_includes typing.request, "typing_indicator"
    inbox.sent(inbox.poll(60), 0)
    assert_equal :queued, offer(inbox, "a", "ENDE")
    notice = inbox.poll(60)
    assert_equal [:notice, "Bye."], [notice.kind, notice.parts.first.text]
    inbox.sent(notice, 0)
    assert_equal :paused, offer(inbox, "b", "Hi")
  end

  def test_a_burst_outlives_its_process
    Dir.mktmpdir do |path|
      code = <<~RUBY
        require "robofy"
        client = Robofy::Client.new("key", pid: "31415", chatbot_id: "DKDvwn", base_url: ENV["ROBOFY_BASE_URL"])
        inbox = Robofy::Inbox.new(client, path: ARGV[0], max_messages: 2, quiet: 3000, max_wait: 3000, typing: 0)
        puts inbox.offer_text("106", "1555", "a", "!answer=both")
        $stdout.flush
        sleep
      RUBY
      IO.popen(["ruby", "-I", LIBRARY, "-e", code, path]) do |first|
        assert_equal "queued\n", first.gets
        assert_includes assert_raises(Robofy::StorageError) { inbox(2, path: path) }.message, path
        Process.kill(:KILL, first.pid)
      end
      Robofy::Inbox.open(client(**ASK), path: path, max_messages: 2, quiet: 3000, max_wait: 3000, typing: 0) do |second|
        assert_equal %i[duplicate queued], [offer(second, "a", "!answer=both"), offer(second, "b", "headers=1")]
        assert_equal %w[a b], second.poll(60).message_ids
        assert_includes assert_raises(Robofy::StorageError) { inbox(path: path) }.message, path
      end
      third = inbox(path: path)
      assert_equal "both", third.poll(60).parts.first.text
    end
  end

  def test_an_outcome_that_comes_as_its_waiter_is_interrupted_is_the_next_polls
    inbox = self.inbox
    offer(inbox, "a", "!answer=x")
    interrupt = Class.new(StandardError)
    read = Robofy::Outcome.method(:read)
    Robofy::Outcome.stub(:read, ->(*given) { read.call(*given).tap { Thread.current.raise(interrupt) } }) do
      assert_raises(interrupt) { inbox.poll(60) }
    end
    assert_equal %w[a], inbox.poll(0).message_ids
  end

  def test_what_cannot_be_used_is_refused_by_name
    assert_includes assert_raises(Robofy::StorageError) { inbox(path: __FILE__) }.message, __FILE__
    {
      /pid is missing/ => -> { Robofy::Inbox.new(client) },
      /max_messages must be between 1/ => -> { inbox(0) },
      /typing must be at least 0/ => -> { Robofy::Inbox.new(client(**ASK), typing: -1) },
      /dedup must be more than 0/ => -> { inbox(dedup: 0) },
      /a status of fallback must be one of ok, invalid_argument,/ => -> { inbox(fallback: { teapot: "x" }) },
      /media must be one of ignore, reply, tell/ => -> { inbox(media: :hide) },
      /media/ => -> { inbox(media: :reply) },
      /stop_words must have no line breaks/ => -> { inbox(stop_words: ["a\nb"]) },
      /user/ => -> { inbox.offer_text(nil, "", "a", "Hi") }
    }.each { |words, call| assert_match words, assert_raises(Robofy::InvalidArgumentError, words.inspect, &call).message }
    {
      /client must be a Robofy::Client, not Robofy::FakeClient/ => -> { Robofy::Inbox.new(Robofy::FakeClient.new) },
      /stop_words must be an Array, not String/ => -> { inbox(stop_words: "stop") },
      /event must be a Robofy::Event, not String/ => -> { inbox.offer("Hi") },
      /outcome must be a Robofy::Outcome, not NilClass/ => -> { inbox.sent(nil, 0) },
      /seconds must be a number of seconds, not String/ => -> { inbox.poll("1") }
    }.each { |words, call| assert_match words, assert_raises(TypeError, &call).message }
    full = inbox(9, max_pending: 1)
    assert_equal :queued, offer(full, "a", "Hi")
    assert_raises(Robofy::OverloadedError) { offer(full, "b", "Hi") }
  end

  def test_threads_share_it_and_its_end_ends_their_loops
    inbox = self.inbox
    answered = Queue.new
    sending = Array.new(4) do
      Thread.new do
        inbox.each do |outcome|
          inbox.sent(outcome, 0)
          answered << outcome.parts.first.text
        end
      end
    end
    wait_until { sending.all?(&:stop?) }
    (1..20).map { |n| Thread.new { offer(inbox, n.to_s, "!answer=#{n}", user: n.to_s) } }.each(&:join)
    assert_equal (1..20).map(&:to_s), Array.new(20) { answered.pop }.sort_by(&:to_i)
    wait_until { sending.all?(&:stop?) }
    2.times { inbox.close }
    assert_equal [inbox], sending.map(&:value).uniq
    %i[poll each stats poll_fd].each { |name| assert_match(/inbox is closed/, assert_raises(RuntimeError) { inbox.public_send(name) {} }.message) }
  end

  def test_a_timeout_or_a_kill_ends_a_wait_and_a_loop_may_close_it
    inbox = self.inbox
    assert_raises(Timeout::Error) { Timeout.timeout(0.2) { inbox.poll } }
    waiting = Thread.new { inbox.first }
    wait_until { waiting.stop? }
    waiting.kill.join
    offer(inbox, "a", "!answer=x")
    assert_same inbox, inbox.each { inbox.close }
  end

  # A Fiber scheduler, as far as it is needed here.
  class Fibers
    def initialize
      @readable = {}
      @sleeping = []
    end

    def fiber(&block)
      Fiber.new(blocking: false, &block).tap(&:resume)
    end

    def io_wait(io, events, _timeout)
      @readable[io] = Fiber.current
      Fiber.yield
      events
    end

    def kernel_sleep(_seconds)
      @sleeping << Fiber.current
      Fiber.yield
    end

    def close
      until @readable.empty? && @sleeping.empty?
        ready, = IO.select(@readable.keys, nil, nil, @sleeping.empty? ? nil : 0.01)
        [*@sleeping.slice!(0..), *ready&.map { |io| @readable.delete(io) }].each(&:resume)
      end
    end

    def block(*)
      raise "it waits for a thread"
    end
    alias_method :unblock, :block
  end

  def test_a_fiber_that_waits_lets_the_others_go_on
    inbox = self.inbox
    done = []
    Thread.new do
      Fiber.set_scheduler(Fibers.new)
      Fiber.schedule { done << inbox.first.parts.first.text }
      Fiber.schedule do
        3.times { sleep(done << :work && 0.01) }
        offer(inbox, "a", "!answer=x")
      end
    end.join
    assert_equal [:work, :work, :work, "x"], done
  end

  def test_it_is_watched_and_outlives_its_client
    client = self.client(**ASK)
    inbox = inbox(client: client)
    client.close
    bell = IO.for_fd(inbox.poll_fd, "r", autoclose: false)
    assert_nil bell.wait_readable(0)
    offer(inbox, "a", "!answer=x")
    assert bell.wait_readable(60)
    assert_equal "x", inbox.poll(0).parts.first.text
    assert_nil bell.wait_readable(0)
  end

  def test_it_is_the_parents_after_a_fork
    inbox = self.inbox
    child = fork do
      storage = assert_raises(Robofy::StorageError) { offer(inbox, "a", "Hi") }
      connect = assert_raises(Robofy::ConnectError) { inbox.poll_fd }
      exit!(storage && connect && [inbox.poll, inbox.stats, inbox.to_a, inbox.close].compact == [[]])
    end
    Timeout.timeout(60) { Process.wait(child) }
    assert_predicate $?, :success?
    assert_equal :queued, offer(inbox, "a", "Hi")
  end

  def test_no_inspect_shows_what_was_written
    inbox = self.inbox
    written = event(text: { body: "!answer=secret" })
    inbox.offer(written)
    outcome = inbox.poll(60)
    [inbox, outcome, outcome.parts, written].each do |each|
      [each.inspect, each.to_s, each.pretty_inspect, "#{each}"].each { |text| refute_includes text, "secret" }
    end
    assert_raises(TypeError) { inbox.dup }
    assert_raises(TypeError) { Marshal.dump(inbox) }
  end

  def test_what_is_forgotten_is_freed
    Dir.mktmpdir do |path|
      Thread.new { offer(inbox(path: path), "a", "!answer=x") && nil }.join
      again = nil
      wait_until do
        GC.start
        again ||= inbox(path: path)
      rescue Robofy::StorageError
        nil
      end
      assert_equal :duplicate, offer(again, "a", "!answer=x")
    end
  end

  def test_thousands_of_messages_leave_nothing
    inbox = self.inbox
    id = 0
    grown = growth do
      50.times do
        inbox.offer(event(id: "m#{id += 1}", from: id.to_s, text: { body: "!answer=#{"x" * 4000}" }))
        inbox.sent(inbox.poll(60), 0, "ours#{id}")
      end
    end
    assert_operator grown, :<, 16 * MEGABYTE
  end
end
