# frozen_string_literal: true

module Robofy
  # A pointer of the library, freed once: by release, or by the garbage collector together with this object.
  class Handle
    # Holds no reference to the handle.
    def self.releaser(cell, free)
      proc do
        pointer = cell.pop
        Native.call(free, pointer) if pointer
      end
    end

    def initialize(pointer, free)
      @cell = [pointer]
      @releaser = Handle.releaser(@cell, free)
      ObjectSpace.define_finalizer(self, @releaser)
    end

    # Nil once it was released.
    def pointer
      @cell.first
    end

    def release
      @releaser.call
    end
  end
  private_constant :Handle
end
