# frozen_string_literal: true

module Robofy
  # A form with files, for Client#upload. It may be sent again; any thread may ask how far it has come.
  class Upload
    def initialize
      @handle = Native.uninterrupted { Handle.new(Native.call(:robofy_upload_new), :robofy_upload_free) }
    end

    # Adds a field.
    def add_text(name, value)
      add(:text, Arguments.text("name", name), Arguments.text("value", value))
    end

    # Adds a file, which is read while it is sent. Without file_name it goes by the last name of its path, without
    # content_type as what the file name's ending says.
    def add_file(name, path, file_name: nil, content_type: nil)
      add(:file, Arguments.text("name", name), Arguments.path("path", path), *about(file_name, content_type))
    end

    # Adds a file that is in memory: a String of any bytes, which is copied.
    def add_bytes(name, bytes, file_name:, content_type: nil)
      bytes = Arguments.string("bytes", bytes)
      file_name = Arguments.string("file_name", file_name)
      add(:bytes, Arguments.text("name", name), bytes, bytes.bytesize, *about(file_name, content_type))
    end

    # How many bytes of the request's body have gone out. It begins anew with each attempt.
    def sent
      Native.call(:robofy_upload_sent, pointer)
    end

    # How many bytes the request's body has; 0 before it is sent for the first time.
    def total
      Native.call(:robofy_upload_total, pointer)
    end

    # For the client.
    def pointer
      @handle.pointer
    end

    private

    def add(what, *arguments)
      Native.call(:"robofy_upload_add_#{what}", pointer, *arguments)
      self
    end

    def about(file_name, content_type)
      { file_name: file_name, content_type: content_type }.map { |name, value| value && Arguments.text(name, value) }
    end

    def initialize_copy(_other)
      raise TypeError, "an upload cannot be copied: send it again, or make another"
    end
  end
end
