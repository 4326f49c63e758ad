<?php

declare(strict_types=1);

namespace Robofy;

/** A client for tests of your own, which sends nothing and needs no library. */
final class FakeClient extends Client
{
    /** @var list<Message> what it was asked to send */
    public array $messages = [];
    /** @var list<array{string, list<mixed>}> what else was called: the method, as request or leads, and its arguments */
    public array $calls = [];
    /** @var array<int, Completion> by tag */
    private array $completions = [];
    private int $lastTag = 0;
    private bool $isClosed = false;
    /** @var list<resource> a pair, in which a byte waits for each completion */
    private array $sockets = [];

    /**
     * @param list<mixed>|\Closure $outcomes of one call after another, or of each: what the call returns, an exception, or
     *   a closure that makes one of these of the call's arguments. A string stands for a Reply, an array for a Response
     *   with that data; leads() takes a list of leads, stream() one of events, deltas as strings and an exception
     */
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

        return $outcome instanceof Reply ? $this->complete($outcome, null) : $this->complete(null, $outcome);
    }

    public function chatSend(Message $message): Reply
    {
        return $this->whatsappSend($message);
    }

    public function chatSubmit(Message $message): int
    {
        return $this->whatsappSubmit($message);
    }

    public function request(
        string $method,
        string $path,
        array $query = [],
        mixed $body = null,
        ?float $timeout = null,
        ?int $maxResponseBytes = null,
    ): Response {
        return $this->response('request', func_get_args());
    }

    public function requestSubmit(
        string $method,
        string $path,
        array $query = [],
        mixed $body = null,
        ?float $timeout = null,
        ?int $maxResponseBytes = null,
    ): int {
        return $this->responseLater('request', func_get_args());
    }

    public function upload(string $path, Upload $upload, ?float $timeout = null): Response
    {
        return $this->response('upload', func_get_args());
    }

    public function uploadSubmit(string $path, Upload $upload, ?float $timeout = null): int
    {
        return $this->responseLater('upload', func_get_args());
    }

    public function leads(
        ?string $sessionId = null,
        ?float $timeout = null,
        ?string $pid = null,
        ?string $chatbotId = null,
    ): \Generator {
        $leads = $this->given('leads', func_get_args());

        return (static fn (): \Generator => yield from $leads)();
    }

    public function sessions(?float $timeout = null, ?string $chatbotId = null): array
    {
        return $this->given('sessions', func_get_args());
    }

    public function agentSettings(?float $timeout = null, ?string $pid = null, ?string $chatbotId = null): AgentSettings
    {
        return $this->given('agentSettings', func_get_args());
    }

    public function stream(string $path, Message $message): Stream
    {
        return new FakeStream($this->given('stream', func_get_args()));
    }

    public function inbox(?string $pid, ?string $chatbotId, Handle $options): never
    {
        throw new \LogicException('a FakeClient has no inbox');
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
        $outcome = $this->next([$message]);

        return is_string($outcome) ? new Reply($outcome, $message->sessionId) : $outcome;
    }

    private function response(string $call, array $arguments): Response
    {
        $outcome = $this->given($call, $arguments);

        return is_array($outcome)
            ? new Response(json_encode(['message' => 'Success', 'data' => $outcome], JSON_THROW_ON_ERROR))
            : $outcome;
    }

    private function responseLater(string $call, array $arguments): int
    {
        try {
            return $this->complete(null, null, $this->response($call, $arguments));
        } catch (RobofyException $error) {
            return $this->complete(null, $error);
        }
    }

    private function given(string $call, array $arguments): mixed
    {
        $this->open();
        $this->calls[] = [$call, $arguments];
        $outcome = $this->next($arguments);

        return $outcome instanceof RobofyException ? throw $outcome : $outcome;
    }

    private function next(array $arguments): mixed
    {
        $outcome = is_array($this->outcomes) ? array_shift($this->outcomes) : $this->outcomes;
        if ($outcome instanceof \Closure) {
            $outcome = $outcome(...$arguments);
        }

        return $outcome ?? throw new \LogicException('this fake client has no outcome for a further call');
    }

    private function complete(?Reply $reply, ?RobofyException $error, ?Response $response = null): int
    {
        $tag = ++$this->lastTag;
        $this->completions[$tag] = new Completion($tag, $reply, $error, $response);
        $this->notify(1);

        return $tag;
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
