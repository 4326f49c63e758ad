# frozen_string_literal: true

require "minitest/autorun"
require "robofy"

# Tests against the service at ROBOFY_BASE_URL: the stand-in, which does what a message with a "!" tells it to.
class ServiceTest < Minitest::Test
  ASK = { pid: "31415", chatbot_id: "DKDvwn" }.freeze
  URL = ENV.fetch("ROBOFY_BASE_URL") { abort "set ROBOFY_BASE_URL to the stand-in's URL" }
  # Where the stand-in answers in events.
  STREAM = "/v1/ai-agent/events"
  MEGABYTE = 1_000_000
  LIBRARY = File.expand_path("../lib", __dir__)

  def client(**options)
    Robofy::Client.new("a-test-key", base_url: URL, max_retries: 0, **options)
  end

  def asking(query, **more)
    { **ASK, query: query, **more }
  end

  def wait_until(patience = 10)
    give_up = Time.now + patience
    until yield
      flunk "waited in vain" if Time.now > give_up
      sleep 0.02
    end
    assert true
  end

  # How many bytes the process grows by in ten rounds, after three.
  def growth
    before = 0
    13.times do |round|
      before = resident_bytes if round == 3
      yield
      GC.start
    end
    resident_bytes - before
  end

  def resident_bytes
    File.read("/proc/self/statm").split[1].to_i * 4096
  end
end
