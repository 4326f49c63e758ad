# frozen_string_literal: true

# An agent's answer as WhatsApp text, in messages that fit. Nothing here waits, and no client is needed. Bytes of a text
# that are not of its encoding become U+FFFD.
module Robofy
  # Writes an agent's answer as WhatsApp text: its marks for bold, italic, struck and code, a link as "text: url", a table as
  # code or as lines. Code and URLs are left as they are.
  # Formatting twice changes nothing unless the dialect is Markdown. dialect is one of DIALECTS.
  def self.format(text, dialect: :auto)
    text = Arguments.message_text("text", text)
    dialect = Arguments.member("dialect", dialect, DIALECTS)
    Native.uninterrupted { Native.take_text(Native.call_or_raise(:robofy_whatsapp_format, text, dialect)) }
  end

  # Splits a WhatsApp text, as format gives it, into messages that fit: between paragraphs and items of a list where it can,
  # else after a line, a sentence or a word. URLs, and characters that are drawn as one, are kept whole. A mark or a block of
  # code that goes on is closed and opened again.
  #
  # limit is the most UTF-16 units of a part; 0 stands for the 4 096 of the Cloud API. Twilio takes 1 600, a caption 1 024.
  # Returns an Array of Strings, none of them blank: a blank text has none.
  def self.split(text, limit: 0)
    text = Arguments.message_text("text", text)
    limit = Arguments.integer("limit", limit)
    Native.uninterrupted do
      Native.lend(Native.call_or_raise(:robofy_whatsapp_split, text, limit), :robofy_parts_free) do |parts|
        Array.new(Native.call(:robofy_parts_count, parts)) { |index| Native.call(:robofy_parts_text, parts, index) }
      end
    end
  end
end
