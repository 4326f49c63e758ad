<?php

declare(strict_types=1);

namespace Robofy;

use FFI\CData;

/** The agent's complete answer and what came with it; as a string it is the answer. */
final class Reply implements \Stringable
{
    public function __construct(
        /** The text to forward to the user, never empty. */
        public readonly string $answer,
        /** The conversation; null if the service named none. */
        public readonly ?string $sessionId = null,
        /** The service's own word, such as "Success"; null if it sent none. */
        public readonly ?string $message = 'Success',
        /** The response as received: JSON. */
        public readonly string $body = '{}',
        /** How many requests it took. */
        public readonly int $attempts = 1,
        /** Seconds, retries included. */
        public readonly float $elapsed = 0.0,
    ) {
    }

    /** The response, parsed. */
    public function json(): array
    {
        return json_decode($this->body, true, flags: JSON_THROW_ON_ERROR);
    }

    /**
     * The answer as the WhatsApp messages to send: Text::format(), then Text::split().
     *
     * @param int $limit the most UTF-16 units of a part; 0 for the 4 096 of the Cloud API. Twilio takes 1 600
     * @return list<string> none of them blank
     */
    public function parts(int $limit = 0): array
    {
        return Text::split(Text::format($this->answer), $limit);
    }

    public function __toString(): string
    {
        return $this->answer;
    }

    /** @internal Reads a reply of the library, which stays its owner's. */
    public static function read(\FFI $library, CData $reply): self
    {
        return new self(
            $library->robofy_reply_answer($reply),
            $library->robofy_reply_session_id($reply),
            $library->robofy_reply_message($reply),
            $library->robofy_reply_json($reply),
            $library->robofy_reply_attempts($reply),
            $library->robofy_reply_elapsed_us($reply) / 1_000_000,
        );
    }
}
