<?php

declare(strict_types=1);

namespace Robofy;

/** A client for tests of your own, which sends nothing and needs no library. */
final class FakeClient extends Client
{
    /** @var list<Message> what it was asked to send */
    public array $messages = [];
    /** @var list<Completion> */
    private array $completions = [];
    private bool $isClosed = false;

    /** @param list<string|Reply|RobofyException>|\Closure $outcomes of one message after another, or of each */
    public function __construct(private array|\Closure $outcomes)
    {
    }

    public function whatsappSend(Message $message): Reply
    {
        $outcome = $this->outcome($message);

        return $outcome instanceof Reply ? $outcome : throw $outcome;
    }

    public function whatsappSubmit(Message $message): int
    {
        $outcome = $this->outcome($message);
        $tag = count($this->messages);
        $this->completions[] = $outcome instanceof Reply
            ? new Completion($tag, $outcome, null)
            : new Completion($tag, null, $outcome);

        return $tag;
    }

    public function poll(?float $timeout = null): ?Completion
    {
        return array_shift($this->completions);
    }

    public function cancel(int $tag): bool
    {
        return false;
    }

    public function pollStream()
    {
        return fopen('php://memory', 'r');
    }

    public function stats(): array
    {
        return ['in_flight' => 0, 'uncollected' => count($this->completions)];
    }

    public function close(): void
    {
        $this->isClosed = true;
    }

    private function outcome(Message $message): Reply|RobofyException
    {
        if ($this->isClosed) {
            throw new \LogicException('this client is closed: make another');
        }
        $this->messages[] = $message;
        $outcome = is_array($this->outcomes) ? array_shift($this->outcomes) : ($this->outcomes)($message);

        return match (true) {
            $outcome === null => throw new \LogicException('this fake client has no outcome for a further message'),
            is_string($outcome) => new Reply($outcome, $message->sessionId),
            default => $outcome,
        };
    }
}
