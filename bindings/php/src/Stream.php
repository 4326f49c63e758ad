<?php

declare(strict_types=1);

namespace Robofy;

use Psr\Log\LoggerInterface;

/**
 * An answer while it is written: foreach goes over its events, and waits for each. It throws how it ended where that was
 * not with the service's word for the end. A loop that was left may be followed by another, which goes on.
 *
 * close(), or forgetting the stream before its end, cancels the answer. The client may be closed before it.
 *
 * @implements \IteratorAggregate<int, StreamEvent>
 */
class Stream implements \IteratorAggregate
{
    /** PHP runs its signal handlers between two waits of this length. */
    private const SLICE_MS = 200;

    /** @internal */
    public function __construct(private ?Handle $handle, private readonly ?LoggerInterface $logger = null)
    {
    }

    /** @return \Generator<int, StreamEvent> */
    public function getIterator(): \Generator
    {
        while (($event = $this->next()) !== null) {
            yield $event;
        }
    }

    /**
     * Takes the next event: waits up to so many seconds, or with null until there is one, or the end. Signal handlers
     * run meanwhile (pcntl_async_signals).
     *
     * @return ?StreamEvent null at the end, and if none came in time
     * @throws RobofyException once, if the stream did not come to its end
     */
    public function next(?float $timeout = null): ?StreamEvent
    {
        $end = $timeout === null ? INF : hrtime(true) / 1e6 + $timeout * 1000;
        do {
            $left = $end - hrtime(true) / 1e6;
            $event = $this->take((int) max(0, min($left, self::SLICE_MS)));
        } while ($event === null && $left > 0 && !$this->isDone());

        return $event;
    }

    /** Whether the end was taken: no event comes any more. */
    public function isDone(): bool
    {
        return Library::load()->robofy_stream_is_done($this->handle()->pointer);
    }

    /** The answer so far, also of a stream that was cut short; up to the client's maxResponseBytes. */
    public function text(): string
    {
        return $this->told('text');
    }

    /** The conversation, once its event was taken, which comes near the end; else null. */
    public function sessionId(): ?string
    {
        return $this->told('session_id');
    }

    /**
     * Gives the answer up: the next wait throws a CancelledException, and what waits to be taken is dropped. The agent may
     * have seen the message.
     *
     * @return bool false if the end was taken before
     */
    public function cancel(): bool
    {
        return Library::load()->robofy_stream_cancel($this->handle()->pointer);
    }

    /**
     * A stream for stream_select() and event loops, readable while events, or the end, wait: then call next(0) until it
     * returns null. It carries no data and must not be read. In the command line's PHP only.
     *
     * @return resource
     */
    public function pollStream()
    {
        return Library::watched(Library::load()->robofy_stream_poll_fd($this->handle()->pointer));
    }

    /** Cancels what is left of the answer, and lets go of it. May be called again; other calls are then refused. */
    public function close(): void
    {
        $this->handle = null;
    }

    private function take(int $milliseconds): ?StreamEvent
    {
        // Kept under the call: a signal handler may close the stream.
        $handle = $this->handle();
        try {
            $event = Library::call('robofy_stream_next', $handle, $milliseconds);
        } catch (RobofyException $error) {
            throw Log::failed($this->logger, $error);
        }
        if ($event === null) {
            return null;
        }
        $event = new Handle(Library::load(), $event, 'robofy_stream_event_free');

        return StreamEvent::read(Library::load(), $event->pointer);
    }

    private function told(string $what): ?string
    {
        return Library::text(Library::load()->{"robofy_stream_$what"}($this->handle()->pointer));
    }

    private function handle(): Handle
    {
        return $this->handle ?? throw new \LogicException('this stream is closed: ask again');
    }

    private function __clone()
    {
    }
}
