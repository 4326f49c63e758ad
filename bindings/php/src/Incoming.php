<?php

declare(strict_types=1);

namespace Robofy;

/**
 * What a webhook's body says: foreach goes over its events. None is normal: answer 200.
 *
 * @implements \IteratorAggregate<int, Event>
 */
final class Incoming implements \IteratorAggregate, \Countable
{
    /** @param list<Event> $events */
    public function __construct(
        /** In the order of the body. */
        public readonly array $events = [],
        /** How many messages and statuses have no identifier or no user, and so are no event: worth a line in a log. */
        public readonly int $skipped = 0,
    ) {
    }

    /** @return \ArrayIterator<int, Event> */
    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->events);
    }

    public function count(): int
    {
        return count($this->events);
    }

    /** @internal Reads what has come in from the library, which goes with the last of the events. */
    public static function read(\FFI $library, Handle $handle): self
    {
        $incoming = $handle->pointer;
        $events = [];
        for ($index = 0; $index < $library->robofy_incoming_count($incoming); $index++) {
            $events[] = Event::read($library, $library->robofy_incoming_event($incoming, $index), $handle);
        }

        return new self($events, $library->robofy_incoming_skipped($incoming));
    }
}
