<?php

declare(strict_types=1);

namespace Robofy;

/** @internal A stream of what a fake client was given. */
final class FakeStream extends Stream
{
    private string $text = '';
    private ?string $sessionId = null;
    private bool $isClosed = false;
    /** @var list<resource> a pair, of which one can be read until the end was taken */
    private array $sockets = [];

    /** @param list<string|StreamEvent|RobofyException> $events deltas, other events, and how it ends */
    public function __construct(private array $events)
    {
    }

    public function next(?float $timeout = null): ?StreamEvent
    {
        $this->open();
        $event = array_shift($this->events);
        if ($this->events === [] && $this->sockets !== []) {
            fread($this->sockets[0], 1);
            $this->sockets = [];
        }
        if ($event instanceof RobofyException) {
            $this->events = [];
            throw $event;
        }
        $event = is_string($event) ? new StreamEvent(StreamEventKind::Delta, $event, 'text-delta') : $event;
        match ($event?->kind) {
            StreamEventKind::Delta => $this->text .= $event->text,
            StreamEventKind::Session => $this->sessionId = $event->text,
            default => null,
        };

        return $event;
    }

    public function isDone(): bool
    {
        $this->open();

        return $this->events === [];
    }

    public function text(): string
    {
        $this->open();

        return $this->text;
    }

    public function sessionId(): ?string
    {
        $this->open();

        return $this->sessionId;
    }

    public function cancel(): bool
    {
        $isCancelled = !$this->isDone();
        $this->events = $isCancelled ? [new CancelledException('the stream was cancelled')] : [];

        return $isCancelled;
    }

    public function pollStream()
    {
        $this->open();
        if ($this->sockets === []) {
            $this->sockets = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
            fwrite($this->sockets[1], '.');
        }

        return $this->sockets[0];
    }

    public function close(): void
    {
        $this->isClosed = true;
    }

    private function open(): void
    {
        if ($this->isClosed) {
            throw new \LogicException('this stream is closed: ask again');
        }
    }
}
