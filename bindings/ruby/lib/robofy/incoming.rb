# frozen_string_literal: true

module Robofy
  # What a webhook's body says: each, and what Enumerable makes of it, goes over its events. None is normal: answer 200.
  class Incoming
    include Enumerable

    # The events, in the order of the body.
    attr_reader :events
    # How many messages and statuses have no identifier or no user, and so are no event: worth a line in a log.
    attr_reader :skipped

    # For tests of your own too.
    def initialize(events: [], skipped: 0)
      @events = events.dup.freeze
      @skipped = skipped
      freeze
    end

    def each(&block)
      return to_enum(:each) { size } unless block

      events.each(&block)
      self
    end

    def size
      events.size
    end

    def empty?
      events.empty?
    end

    # Reads what has come in from the library, which its owner frees: with the last event.
    def self.read(owner)
      incoming = owner.pointer
      events = Array.new(Native.call(:robofy_incoming_count, incoming)) do |index|
        Event.read(Native.call(:robofy_incoming_event, incoming, index), owner)
      end
      skipped = Native.call(:robofy_incoming_skipped, incoming)
      owner.release if events.empty?
      new(events: events, skipped: skipped)
    end
  end
end
