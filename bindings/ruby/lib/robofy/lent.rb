# frozen_string_literal: true

module Robofy
  # What shows no more of itself than its inspect.
  module Discreet
    def to_s
      inspect
    end

    # For pp.
    def pretty_print(printer)
      printer.text(inspect)
    end
  end
  private_constant :Discreet

  # A Struct that was read of the library and may be given back to it: it keeps alive what it was read of. A copy that was
  # dumped and loaded, or one that was made by hand, is of this process alone.
  module Lent
    include Discreet

    def owned_by(owner, pointer = owner.pointer)
      @lent = [pointer, owner].freeze
      each { |value| value.freeze unless value.is_a?(Exception) }
      freeze
    end

    # For an inbox; nil if it was not read of the library.
    def pointer
      @lent&.first
    end

    def marshal_dump
      to_h
    end

    def marshal_load(said)
      initialize(**said)
    end
  end
  private_constant :Lent
end
