# frozen_string_literal: true

require_relative "service_test"
require "openssl"
require "pp"
require "uri"

class TestWebhook < ServiceTest
  SECRET = "an app's s\u{E9}cret"
  # As Meta writes it: ASCII alone, and a slash escaped. One message has nobody who sent it.
  BODY = '{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{' \
         '"metadata":{"phone_number_id":"106"},"contacts":[{"profile":{"name":"Ren\u00e9"},"wa_id":"1650"}],' \
         '"messages":[{"from":"1650","id":"wamid.1","timestamp":"1749416383","type":"text",' \
         '"text":{"body":"caf\u00e9 \ud83d\udc4b \/"}},{"type":"text"}],' \
         '"statuses":[{"id":"wamid.2","status":"failed","recipient_id":"1650","errors":[{"code":131026}]}]}}]}]}'
  TWILIO = "https://bot.example.com/twilio?tenant=7"

  def test_what_came_in_is_told
    incoming = Robofy::Webhook.new(:meta, SECRET).read(BODY, signed)

    assert_equal [2, 2, 1, false], [incoming.size, incoming.each.size, incoming.skipped, incoming.empty?]
    message, status = incoming.to_a
    said = { kind: :text, id: "wamid.1", session_id: "1650", channel_id: "106", phone: "1650", name: "Ren\u{E9}",
             type: "text", text: "caf\u{E9} \u{1F44B} /", timestamp: Time.at(1_749_416_383) }
    assert_equal Robofy::Event.new(**said, body: message.body), message
    assert_equal message.text, message.json.dig("text", "body")
    assert_equal [:status, "failed", 131_026, nil], [status.kind, status.status, status.error_code, status.timestamp]
    assert((message in { kind: :text, text: String }))
    assert_raises(FrozenError) { message.text = "another" }
    assert_raises(FrozenError) { message.text << "more" }
    assert_raises(FrozenError) { incoming.events << message }
  end

  def test_each_channels_signature_is_right_for_its_secret_alone
    form = { "Body" => "caf\u{E9} & 100%", "From" => "whatsapp:+1650", "MessageSid" => "SM1" }
    waha = '{"event":"session.status","session":"s"}'
    {
      meta: [BODY, signed],
      waha: [waha, hmac("sha512", waha).unpack1("H*")],
      evolution: ['{"event":"connection.update"}', "Bearer #{token}"],
      twilio: [URI.encode_www_form(form), [hmac("sha1", TWILIO + form.to_a.join)].pack("m0")]
    }.each do |channel, (body, signature)|
      refute_empty Robofy::Webhook.new(channel, "an older one", SECRET).read(body, signature, url: TWILIO)
      assert_raises(Robofy::SignatureError, channel) do
        Robofy::Webhook.new(channel, "another").read(body, signature, url: TWILIO)
      end
    end
  end

  def test_a_strangers_signature_is_refused
    webhook = Robofy::Webhook.new(:meta, SECRET)
    others = [nil, "", "sha256=", signed[7..], signed(BODY, "another"), "#{signed}\0", "\0#{signed}", "\xFF", signed.upcase,
              signed.encode(Encoding::UTF_16LE)]
    others.each do |signature|
      error = assert_raises(Robofy::SignatureError, signature.inspect) { webhook.read(BODY, signature) }
      assert_equal [:signature, false], [error.status, error.retryable?]
      refute_includes error.message, SECRET
    end
  end

  def test_a_body_is_bytes_of_any_encoding
    webhook = Robofy::Webhook.new(:meta, SECRET)
    assert_equal webhook.read(BODY, signed).events, webhook.read(BODY.b, signed.b).events
    utf16 = BODY.encode(Encoding::UTF_16LE)
    { utf16 => /body is not JSON/, "{\0\xFF" => /body is not/ }.each do |body, words|
      error = assert_raises(Robofy::InvalidArgumentError) { webhook.read(body, signed(body)) }
      assert_match words, error.message
    end
  end

  def test_a_body_that_cannot_be_read_says_why
    webhook = Robofy::Webhook.new(:meta)
    { "" => /not JSON/, "{}\0" => /not JSON/, "\"\xFF\"" => /not UTF-8/, "[" * 999 => /nests deeper/,
      " " * ((3 << 20) + 1) => /larger/ }.each do |body, words|
      assert_match(/\Abody .*#{words}/, assert_raises(Robofy::InvalidArgumentError) { webhook.read(body, nil) }.message)
    end
  end

  def test_a_body_is_parsed_as_deep_as_it_may_be
    deep = "{\"event\":\"connection.update\",\"data\":#{"[" * 127}#{"]" * 127}}"
    assert_kind_of Array, Robofy::Webhook.new(:evolution).read(deep, nil).first.json["data"]
  end

  def test_what_cannot_be_used_is_refused_by_name
    webhook = Robofy::Webhook.new("meta")
    {
      /channel must be one of meta, waha, evolution, twilio, not telegram/ => -> { Robofy::Webhook.new(:telegram) },
      /secret must not be empty/ => -> { Robofy::Webhook.new(:meta, "old", "") },
      /secret contains a NUL/ => -> { Robofy::Webhook.new(:meta, "a\0") },
      /secret is not UTF-8\z/ => -> { Robofy::Webhook.new(:meta, "\xFF".b) }
    }.each { |words, call| assert_match words, assert_raises(Robofy::InvalidArgumentError, &call).message }
    {
      /channel must be a Symbol, not NilClass/ => -> { Robofy::Webhook.new(nil) },
      /secret must be a String, not NilClass/ => -> { Robofy::Webhook.new(:meta, ENV["NOT_SET"]) },
      /body must be a String, not NilClass/ => -> { webhook.read(nil, nil) },
      /signature must be a String, not FalseClass/ => -> { webhook.read("{}", false) },
      /url must be a String, not URI::HTTPS/ => -> { webhook.read("{}", nil, url: URI(TWILIO)) },
      /verify_token must be a String, not NilClass/ => -> { webhook.challenge("", nil) }
    }.each { |words, call| assert_match words, assert_raises(TypeError, &call).message }
  end

  def test_the_handshake_is_answered
    webhook = Robofy::Webhook.new(:meta, SECRET)
    query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me+%26+you"
    assert_equal "1158201444", webhook.challenge(query, "me & you")
    assert_nil webhook.challenge(query, "another")
    assert_nil webhook.challenge(query, "")
    assert_nil webhook.challenge("#{query}\0", "me & you")
  end

  def test_secrets_are_neither_shown_nor_copied
    webhook = Robofy::Webhook.new(:meta, SECRET, "another")
    assert_equal ["#<Robofy::Webhook meta>"] * 2, [webhook.inspect, webhook.pretty_inspect.chomp]
    [-> { webhook.dup }, -> { webhook.clone }, -> { Marshal.dump(webhook) }].each { |copy| assert_raises(TypeError, &copy) }
    incoming = webhook.read(BODY, signed)
    assert_equal incoming.events, Marshal.load(Marshal.dump(incoming)).events
  end

  def test_no_text_of_an_event_has_its_body
    body = '{"event":"connection.update","instance":"shop","data":{},"apikey":"hidden"}'
    incoming = Robofy::Webhook.new(:evolution, "hidden").read(body, nil)
    assert_equal "hidden", incoming.first.json["apikey"]
    [incoming.inspect, incoming.pretty_inspect, incoming.first.to_s].each do |text|
      assert_includes text, "shop"
      refute_includes text, "hidden"
    end
  end

  def test_threads_share_a_webhook_while_others_are_forgotten
    webhook = Robofy::Webhook.new(:meta, "older", SECRET)
    expected = webhook.read(BODY, signed).events
    threads = Array.new(8) do
      Thread.new do
        Array.new(50) { [webhook, Robofy::Webhook.new(:meta, SECRET)].map { |each| each.read(BODY, signed).events } }
      end
    end
    GC.start
    assert_equal [expected], threads.flat_map(&:value).flatten(1).uniq
  end

  def test_thousands_of_webhooks_leave_nothing
    large = BODY.sub('"from"', "\"x\":\"#{"x" * 20_000}\",\"from\"")
    signature = signed(large)
    grown = growth do
      100.times do
        webhook = Robofy::Webhook.new(:meta, "x" * 4000, SECRET)
        assert_equal 2, webhook.read(large, signature).size
        assert_raises(Robofy::SignatureError) { webhook.read(large, "sha256=") }
      end
    end
    assert_operator grown, :<, 8 * MEGABYTE
  end

  private

  def hmac(digest, text, secret = SECRET)
    OpenSSL::HMAC.digest(digest, secret, text)
  end

  def signed(body = BODY, secret = SECRET)
    "sha256=#{hmac("sha256", body, secret).unpack1("H*")}"
  end

  def token
    parts = ['{"alg":"HS256"}', JSON.generate(exp: Time.now.to_i + 600)].map { |part| base64(part) }.join(".")
    "#{parts}.#{base64(hmac("sha256", parts))}"
  end

  def base64(bytes)
    [bytes].pack("m0").tr("+/", "-_").delete("=")
  end
end
