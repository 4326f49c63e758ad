# frozen_string_literal: true

require "json"
require "minitest/autorun"
require "robofy"

# The library's own cases of webhooks, of every channel and kind.
class TestWebhookCases < Minitest::Test
  # A file has cases of one channel; a form is written as a string.
  FILES = Dir[File.expand_path("../../../conversation/tests/webhook/*.json", __dir__)].sort

  def test_every_body_is_read_as_its_case_says
    refute_empty FILES
    FILES.each do |file|
      webhook = Robofy::Webhook.new(File.basename(file, ".json").split("_").first)
      JSON.parse(File.read(file)).each { |said| check(webhook, said, "#{File.basename(file)}: #{said["name"]}") }
    end
  end

  private

  def check(webhook, said, what)
    body = said["body"].is_a?(String) ? said["body"] : JSON.generate(said["body"])
    incoming = webhook.read(body, nil)
    assert_equal said["events"], incoming.map { |event| told(event) }, what
    assert_equal said.fetch("skipped", 0), incoming.skipped, what
    incoming.each do |event|
      assert_includes body, event.body, what
      assert_kind_of Hash, event.json, what unless webhook.channel == :twilio || said["body"].is_a?(Array)
    end
  end

  # What an event has, by the names of the library's getters.
  def told(event)
    told = event.to_h.except(:body, :timestamp).compact.transform_keys(&:to_s)
    told["kind"] = event.kind.to_s.upcase
    told["timestamp_ms"] = (event.timestamp.to_r * 1000).to_i if event.timestamp
    told
  end
end
