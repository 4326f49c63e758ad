<?php

declare(strict_types=1);

namespace Robofy;

/**
 * Verifies and reads the webhooks of one channel: in one call, so that nobody reads what is not verified. Answer 200 to
 * what is read, 401 to a SignatureException, 400 to an InvalidArgumentException. Nothing in it waits. No dump and no trace
 * shows its secrets, and it cannot be cloned or serialized.
 */
final class Webhook
{
    private ?Handle $handle;

    /**
     * @param string ...$secrets Meta's app secret; WAHA's HMAC key; Evolution API's jwt_key or the instance's API key;
     *   Twilio's auth token. Several while one is replaced by another. Without any, what is not signed is read, as
     *   360dialog's webhooks are: something else has to keep strangers away then.
     * @throws InvalidArgumentException a secret is empty, or is no text
     */
    public function __construct(public readonly Channel $channel, #[\SensitiveParameter] string ...$secrets)
    {
        $checked = [];
        // Not array_map: traces show what it is given.
        foreach ($secrets as $secret) {
            $checked[] = Arguments::secret($secret);
        }
        $pointer = Library::call('robofy_webhook_new', $channel->value, array_shift($checked));
        $this->handle = new Handle(Library::load(), $pointer, 'robofy_webhook_free');
        foreach ($checked as $secret) {
            Library::load()->robofy_webhook_add_secret($pointer, $secret);
        }
    }

    /**
     * Verifies the body of a POST, and reads it. Fields, types and values that are not known are no error.
     *
     * @param string $body its bytes as they came, as php://input has them: what was parsed and written again has another
     *   signature
     * @param ?string $signature the header X-Hub-Signature-256 of Meta, X-Webhook-Hmac of WAHA, Authorization of Evolution
     *   API, X-Twilio-Signature of Twilio; null if the request has none
     * @param ?string $url the public URL as Twilio calls it, with its query; the other channels do not sign it
     * @throws SignatureException the signature is missing or wrong: answer 401
     * @throws InvalidArgumentException the body is not JSON (Twilio: a form), is larger than 3 MB or nests deeper than 128
     *   levels: answer 400
     */
    public function read(
        #[\SensitiveParameter] string $body,
        #[\SensitiveParameter] ?string $signature,
        ?string $url = null,
    ): Incoming {
        $request = [Arguments::text('url', $url), Arguments::header($signature), $body, strlen($body)];
        $incoming = Library::call('robofy_webhook_read', $this->handle(), ...$request);

        return Incoming::read(Library::load(), new Handle(Library::load(), $incoming, 'robofy_incoming_free'));
    }

    /**
     * What to answer, with 200 and as plain text, to the GET by which Meta asks for a webhook.
     *
     * @param string $query $_SERVER['QUERY_STRING']: $_GET has other names, because PHP writes "hub.mode" as "hub_mode"
     * @param string $verifyToken the token that was entered at Meta
     * @return ?string null if the request is not that, or has another token: answer 403
     */
    public function challenge(string $query, #[\SensitiveParameter] string $verifyToken): ?string
    {
        $arguments = [Arguments::header($query), Arguments::text('verifyToken', $verifyToken)];

        return Library::text(Library::load()->robofy_webhook_challenge($this->handle()->pointer, ...$arguments));
    }

    /** Wipes the library's copies of the secrets. May be called again; other calls are then refused. */
    public function close(): void
    {
        $this->handle = null;
    }

    public function __debugInfo(): array
    {
        return ['channel' => $this->channel];
    }

    private function handle(): Handle
    {
        return $this->handle ?? throw new \LogicException('this webhook is closed: make another');
    }

    private function __clone()
    {
    }
}
