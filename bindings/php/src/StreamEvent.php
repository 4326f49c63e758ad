<?php

declare(strict_types=1);

namespace Robofy;

use FFI\CData;

/** One event of a stream. */
final class StreamEvent
{
    public function __construct(
        public readonly StreamEventKind $kind,
        /** The piece of the answer at a delta, the conversation at a session, the reason at a finish; else null. */
        public readonly ?string $text = null,
        /** The tool at a tool event that names one, else the service's own name, such as "text-delta". */
        public readonly ?string $name = null,
        /** The data as received: JSON. */
        public readonly string $body = '{}',
    ) {
    }

    /** The data, parsed. */
    public function json(): mixed
    {
        return json_decode($this->body, true, flags: JSON_THROW_ON_ERROR);
    }

    /** @internal Reads an event of the library, which stays its owner's. */
    public static function read(\FFI $library, CData $event): self
    {
        return new self(
            StreamEventKind::tryFrom($library->robofy_stream_event_kind($event)) ?? StreamEventKind::Other,
            $library->robofy_stream_event_text($event),
            $library->robofy_stream_event_name($event),
            $library->robofy_stream_event_json($event),
        );
    }
}
