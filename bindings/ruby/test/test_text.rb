# frozen_string_literal: true

require "minitest/autorun"
require "robofy"

class TestText < Minitest::Test
  def test_an_answer_is_written_as_whatsapp_text
    assert_equal "*Order 12* is ready", Robofy.format("**Order 12** is ready")
    assert_equal "*Order 12* is ready", Robofy.format("*Order 12* is ready", dialect: :auto)
    assert_equal "_x_ and *y*", Robofy.format("*x* and **y**", dialect: :markdown)
    assert_equal "AT&T", Robofy.format("AT&amp;T", dialect: "whatsapp")
    assert_equal "our guide: https://e.com/a_b", Robofy.format("[our guide](https://e.com/a_b)")
    assert_equal "caf\u{E9}", Robofy.format("caf\u{E9}".encode(Encoding::ISO_8859_1))
    assert_equal "caf\u{FFFD}", Robofy.format("caf\xE9")
    assert_equal "", Robofy.format("")
    assert_equal Encoding::UTF_8, Robofy.format("x".b).encoding
  end

  def test_a_text_is_split_where_it_can_be
    assert_equal ["One. Two.\n\n", "Three. Four."], Robofy.split("One. Two.\n\nThree. Four.", limit: 14)
    assert_equal ["*bold* ", "*words*"], Robofy.split("*bold words*", limit: 8)
    assert_empty Robofy.split(" \n")
    parts = Robofy.split("\u{1F44B}\u{1F3FD}" * 3000)
    assert_equal "\u{1F44B}\u{1F3FD}" * 3000, parts.join
    assert_operator parts.map { |part| part.encode(Encoding::UTF_16LE).bytesize }.max, :<=, 2 * 4096
  end

  def test_a_reply_has_its_parts
    reply = Robofy::Reply.new(answer: "**b** and more").freeze
    assert_equal ["*b* and more"], reply.parts
    assert_equal ["*b* and ", "more"], reply.parts(limit: 8)
  end

  def test_what_cannot_be_used_is_refused_by_name
    {
      /text contains a NUL/ => -> { Robofy.format("a\0b") },
      /dialect must be one of auto, markdown, whatsapp, not html/ => -> { Robofy.format("x", dialect: :html) },
      /limit must be between 0/ => -> { Robofy.split("x", limit: -1) },
      /limit must be between 0 and 4294967295/ => -> { Robofy.split("x", limit: 2**32) }
    }.each { |words, call| assert_match words, assert_raises(Robofy::InvalidArgumentError, &call).message }
    {
      /text must be a String, not NilClass/ => -> { Robofy.format(nil) },
      /dialect must be a Symbol, not Integer/ => -> { Robofy.format("x", dialect: 7) },
      /limit must be an Integer, not String/ => -> { Robofy.split("x", limit: "9") }
    }.each { |words, call| assert_match words, assert_raises(TypeError, &call).message }
  end
end
