# frozen_string_literal: true

module Robofy
  # Verifies and reads the webhooks of one channel: in one call, so that nobody reads what is not verified. Answer 200 to
  # what is read, 401 to a SignatureError, 400 to an InvalidArgumentError. Nothing in it waits, and any number of threads
  # may use it at once. No inspect shows its secrets; it can be neither copied nor dumped.
  class Webhook
    # One of CHANNELS.
    attr_reader :channel

    # channel is one of CHANNELS. secrets are Meta's app secret; WAHA's HMAC key; Evolution API's jwt_key or the instance's
    # API key; Twilio's auth token. Several while one is replaced by another. Without any, what is not signed is read, as
    # 360dialog's webhooks are: something else has to keep strangers away then.
    def initialize(channel, *secrets)
      number = Arguments.member("channel", channel, CHANNELS)
      first, *others = secrets.map { |secret| Arguments.secret("secret", secret) }
      @channel = CHANNELS.fetch(number)
      Native.uninterrupted do
        @handle = Handle.new(Native.call_or_raise(:robofy_webhook_new, number, first), :robofy_webhook_free)
        others.each { |secret| Native.call(:robofy_webhook_add_secret, @handle.pointer, secret) }
      end
    end

    # Verifies the body of a POST, and returns the Incoming that it says. Fields, types and values that are not known are no
    # error.
    #
    # body is its bytes as they came: what was parsed and written again has another signature. signature is the header
    # X-Hub-Signature-256 of Meta, X-Webhook-Hmac of WAHA, Authorization of Evolution API, X-Twilio-Signature of Twilio; nil
    # if the request has none. url is the public URL as Twilio calls it, with its query; the other channels do not sign it.
    #
    # Raises SignatureError where the signature is missing or wrong; InvalidArgumentError where the body is not JSON (Twilio:
    # a form), is larger than 3 MB or nests deeper than 128 levels.
    def read(body, signature, url: nil)
      octets = Arguments.octets("body", body)
      url = Arguments.text("url", url) unless url.nil?
      signature = Arguments.header("signature", signature) unless signature.nil?
      Native.uninterrupted do
        incoming = Native.call_or_raise(:robofy_webhook_read, @handle.pointer, url, signature, octets, octets.bytesize)
        Incoming.read(Handle.new(incoming, :robofy_incoming_free))
      end
    end

    # What to answer, with 200 and as plain text, to the GET by which Meta asks for a webhook; nil if the request is not
    # that, or has another token: answer 403. query is the query of the request's URL, as it stands there; verify_token
    # the token that was entered at Meta.
    def challenge(query, verify_token)
      arguments = [Arguments.header("query", query), Arguments.text("verify_token", verify_token)]
      Native.uninterrupted do
        Native.take_text(Native.call(:robofy_webhook_challenge, @handle.pointer, *arguments))
      end
    end

    def inspect
      "#<#{self.class} #{channel}>"
    end

    private

    def initialize_copy(_other)
      raise TypeError, "a webhook cannot be copied: share it"
    end
  end
end
