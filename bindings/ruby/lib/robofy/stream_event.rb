# frozen_string_literal: true

require "json"

module Robofy
  # One event of a stream:
  #
  # - `kind`: `:delta`, `:tool`, `:session`, `:finish`, or `:other`
  # - `text`: the piece of the answer at a delta, the conversation at a session, the reason at a finish; else nil
  # - `name`: the tool at a tool event that names one, else the service's own name, such as "text-delta"
  # - `body`: the data as received: JSON
  StreamEvent = Struct.new(:kind, :text, :name, :body, keyword_init: true) do
    # Reads an event of the library, which stays its owner's.
    def self.read(event)
      texts = { text: :text, name: :name, body: :json }
      said = texts.transform_values { |name| Native.call(:"robofy_stream_event_#{name}", event) }
      new(kind: STREAM_EVENT_KINDS.fetch(Native.call(:robofy_stream_event_kind, event), :other), **said).freeze
    end

    # The data, parsed.
    def json
      JSON.parse(body)
    end
  end
end
