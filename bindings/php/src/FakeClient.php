<?php

declare(strict_types=1);

namespace Robofy;

/** A client for tests of your own, which sends nothing and needs no library. */
final class FakeClient extends Client
{
    /** @var list<Message> what it was asked to send */
    public array $messages = [];
    /** @var array<int, Completion> by tag */
    private array $completions = [];
    private int $lastTag = 0;
    private bool $isClosed = false;
    /** @var list<resource> a pair, in which a byte waits for each completion */
    private array $sockets = [];

    /** @param list<string|Reply|RobofyException|\Closure>|\Closure $outcomes of one message after another, or of each */
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
        $tag = ++$this->lastTag;
        $this->completions[$tag] = $outcome instanceof Reply
            ? new Completion($tag, $outcome, null)
            : new Completion($tag, null, $outcome);
        $this->notify(1);

        return $tag;
    }

    public function poll(?float $timeout = null): ?Completion
    {
        $this->open();
        $tag = array_key_first($this->completions);
        if ($tag === null) {
            return null;
        }
        $completion = $this->completions[$tag];
        unset($this->completions[$tag]);
        if ($this->sockets !== []) {
            fread($this->sockets[0], 1);
        }

        return $completion;
    }

    /** A message whose completion was not polled yet counts as in flight. */
    public function cancel(int $tag): bool
    {
        $this->open();
        if (!isset($this->completions[$tag])) {
            return false;
        }
        $this->completions[$tag] = new Completion($tag, null, new CancelledException('the chat was cancelled'));

        return true;
    }

    public function pollStream()
    {
        $this->open();
        if ($this->sockets === []) {
            $this->sockets = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
            $this->notify(count($this->completions));
        }

        return $this->sockets[0];
    }

    public function stats(): array
    {
        $this->open();

        return ['in_flight' => 0, 'uncollected' => count($this->completions)];
    }

    public function close(): void
    {
        $this->isClosed = true;
    }

    private function outcome(Message $message): Reply|RobofyException
    {
        $this->open();
        $message->checked('pid', 'chatbotId');
        $this->messages[] = $message;
        $outcome = is_array($this->outcomes) ? array_shift($this->outcomes) : $this->outcomes;
        if ($outcome instanceof \Closure) {
            $outcome = $outcome($message);
        }

        return match (true) {
            $outcome === null => throw new \LogicException('this fake client has no outcome for a further message'),
            is_string($outcome) => new Reply($outcome, $message->sessionId),
            default => $outcome,
        };
    }

    private function notify(int $times): void
    {
        if ($this->sockets !== []) {
            fwrite($this->sockets[1], str_repeat('.', $times));
        }
    }

    private function open(): void
    {
        if ($this->isClosed) {
            throw new \LogicException('this client is closed: make another');
        }
    }
}
