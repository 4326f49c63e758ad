# frozen_string_literal: true

require "pathname"
require "pp"
require "tmpdir"
require "yaml"

# The contract's promises of the calls beside the endpoint for WhatsApp messages.
module ContractCalls
  def self.included(tests)
    tests.class_eval do
      promise(:requests) { |call| assert_requested(call) }

      promise(:uploads) do |call|
        Dir.mktmpdir do |directory|
          file = File.join(directory, call[:file_name])
          File.write(file, call[:content])
          assert_uploaded(call, Robofy::Upload.new.add_bytes("file", call[:content], file_name: call[:file_name]))
          assert_uploaded(call, Robofy::Upload.new.add_file("file", Pathname(file)))
        end
      end

      promise(:lists) do |lists|
        client = self.client(**self.class::ASK)
        settings = client.agent_settings

        assert_equal lists[:leads], client.leads.map { |lead| lead["name"] }
        assert_equal lists[:sessions], client.sessions.map(&:session_id)
        assert_equal lists.values_at(:temperature, :key), [settings.temperature, settings.llm_api_key]
        assert_equal lists[:key], settings.all["llm_api_key"]
        texts = [settings.inspect, settings.to_s, [settings].inspect, "#{settings}", settings.pretty_inspect,
                 YAML.dump(settings), JSON.generate([settings])]
        texts.each { |text| refute_includes text, lists[:key] }
        assert_includes settings.inspect, lists[:temperature]
      end

      promise(:streams) do |expected|
        stream = client.stream(self.class::STREAM, **asking(expected[:query]))
        expected[:status] ? assert_error(expected, assert_raises(Robofy::Error) { stream.to_a }) : stream.to_a

        assert_equal [expected[:answer], expected[:session]], [stream.text, !stream.session_id.nil?]
      end

      promise(:stream_cancel) do |expected|
        stream = client.stream(self.class::STREAM, **asking(expected[:query]))
        stream.next_event until stream.text == expected[:answer]
        waiting = Thread.new { assert_raises(Robofy::Error) { stream.next_event } }
        within(expected) do
          assert stream.cancel
          assert_error expected, waiting.value
        end
      end
    end
  end

  private

  def assert_requested(call)
    # The names of a JSON object.
    query = call[:query]&.transform_keys(&:to_s)
    ask = -> { client.request(call[:method], call[:path], query: query, body: call[:body]) }
    return assert_error(call, assert_raises(Robofy::Error, &ask)) if call[:status]

    received = ask.call.data
    assert_equal call.values_at(:method, :path), received.values_at("method", "path")
    assert_equal query.to_a, received["query"]
    body = JSON.parse("[#{received["body"]}]", symbolize_names: true)
    assert_equal [call[:body]].compact, body
  end

  def assert_uploaded(call, upload)
    received = client.upload(call[:path], upload).data["body"]
    assert_includes received, "filename=\"#{call[:file_name]}\""
    assert_includes received, call[:content]
    assert_operator upload.total, :>, 0
    assert_equal upload.total, upload.sent
  end
end
