<?php

declare(strict_types=1);

namespace Robofy;

use FFI\CData;

/** What an endpoint has answered. A dump shows nothing of the body, which may hold a secret. */
final class Response
{
    private \Closure $read;

    /**
     * For tests of your own.
     *
     * @param array<string, string> $headers
     */
    public function __construct(
        string $body = '',
        /** The HTTP status, from 200 to 299. */
        public readonly int $status = 200,
        array $headers = [],
        /** How many requests it took. */
        public readonly int $attempts = 1,
        /** Seconds, retries included. */
        public readonly float $elapsed = 0.0,
    ) {
        $headers = array_change_key_case($headers);
        $this->read = static fn (string $of, string $name = ''): ?string => match ($of) {
            'body' => $body,
            'data' => isset(json_decode($body)->data) ? json_encode(json_decode($body)->data) : null,
            'header' => $headers[strtolower($name)] ?? null,
        };
    }

    /** A header, whose name may be in any case; null without it. */
    public function header(string $name): ?string
    {
        return ($this->read)('header', Arguments::text('name', $name));
    }

    /** The body as received. */
    public function body(): string
    {
        return ($this->read)('body');
    }

    /** What the service's envelope holds under "data", parsed anew at each call; null without an envelope. */
    public function data(): mixed
    {
        $data = ($this->read)('data');

        return $data === null ? null : json_decode($data, true, flags: JSON_THROW_ON_ERROR);
    }

    /** The body, parsed. */
    public function json(): mixed
    {
        return json_decode($this->body(), true, flags: JSON_THROW_ON_ERROR);
    }

    public function __debugInfo(): array
    {
        return ['status' => $this->status, 'attempts' => $this->attempts, 'elapsed' => $this->elapsed];
    }

    /** @internal Reads a response of the library, which its owner frees. */
    public static function read(\FFI $library, CData $response, Handle $owner): self
    {
        $read = new self(
            status: $library->robofy_response_status($response),
            attempts: $library->robofy_response_attempts($response),
            elapsed: $library->robofy_response_elapsed_us($response) / 1_000_000,
        );
        $read->read = static function (string $of, string ...$name) use ($library, $response, $owner): ?string {
            $text = $library->{"robofy_response_$of"}($response, ...$name);

            // The body alone is no C string: it may hold NULs.
            return $text instanceof CData ? \FFI::string($text, $library->robofy_response_body_length($response)) : $text;
        };

        return $read;
    }
}
