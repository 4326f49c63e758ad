# frozen_string_literal: true

module Robofy
  # One message of an Outcome, to be sent:
  #
  # - `text`: WhatsApp text
  # - `request`: the JSON body of Meta's POST to /<phone number ID>/messages; nil if there is nobody to send it to
  Part = Struct.new(:text, :request, keyword_init: true) do
    include Discreet

    # Reads the parts of an outcome, which stay its own; the block tells a part's request.
    def self.read_all(parts)
      Array.new(Native.call(:robofy_parts_count, parts)) do |index|
        new(text: Native.call(:robofy_parts_text, parts, index), request: yield(index)).each(&:freeze).freeze
      end
    end

    def inspect
      "#<#{self.class} #{text.size} characters>"
    end
  end
end
