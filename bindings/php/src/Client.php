<?php

declare(strict_types=1);

namespace Robofy;

/** Sends WhatsApp users' messages to the agents of one Robofy account. Keep one: it keeps its connections. */
class Client
{
    use Options;
    use Calls;

    /** PHP runs its signal handlers between two waits of this length. */
    private const SLICE_MS = 200;

    private readonly \FFI $library;
    private ?Handle $handle;
    private int $lastTag = 0;
    private int $uncollected = 0;
    private int $process;

    /**
     * Sends one message and waits for the agent's answer. The parameters are Message's.
     *
     * @throws RobofyException
     */
    public function whatsappChat(
        string $query,
        ?string $sessionId = null,
        ?array $userContext = null,
        ?float $timeout = null,
        ?string $pid = null,
        ?string $chatbotId = null,
    ): Reply {
        return $this->whatsappSend(new Message($query, $sessionId, $userContext, $timeout, $pid, $chatbotId));
    }

    /** @throws RobofyException */
    public function whatsappSend(Message $message): Reply
    {
        return $this->converse('robofy_whatsapp_send', $message);
    }

    /**
     * Sends a message without waiting. What became of it is collected with poll(), once, under the tag returned here.
     *
     * @throws RobofyException if the message is refused; there will be no completion
     */
    public function whatsappSubmit(Message $message): int
    {
        return $this->submit('robofy_whatsapp_submit', $this->native($message));
    }

    /**
     * Takes the next completion: waits up to so many seconds, or with null until there is one. Signal handlers run
     * meanwhile (pcntl_async_signals).
     *
     * @return ?Completion null if none came in time, or nothing that was submitted is left to collect
     */
    public function poll(?float $timeout = null): ?Completion
    {
        $handle = $this->handle();
        $end = $timeout === null ? INF : hrtime(true) / 1e6 + $timeout * 1000;
        if ($this->uncollected() === 0) {
            return null;
        }
        $nothingLeft = false;
        while (true) {
            $left = $nothingLeft ? 0 : $end - hrtime(true) / 1e6;
            $completion = $this->library->robofy_client_poll($handle->pointer, (int) max(0, min($left, self::SLICE_MS)));
            if ($completion !== null) {
                return $this->collect($completion);
            }
            if ($nothingLeft) {
                $this->uncollected = 0;
            }
            if ($left <= 0) {
                return null;
            }
            // A handler may have closed the client, or have thrown with a completion in its hand.
            $figures = $this->stats();
            $nothingLeft = $figures['in_flight'] + $figures['uncollected'] === 0;
        }
    }

    /** Cancels what was submitted under a tag: its completion says so. False if it is not in flight any more. */
    public function cancel(int $tag): bool
    {
        return $this->library->robofy_client_cancel($this->handle()->pointer, $tag);
    }

    /**
     * A stream for stream_select() and event loops, readable while completions wait: then call poll(0) until it
     * returns null. It carries no data and must not be read. In the command line's PHP only; after a fork ask for another.
     *
     * @return resource
     */
    public function pollStream()
    {
        return Library::watched($this->library->robofy_client_poll_fd($this->handle()->pointer));
    }

    /** The client's figures in this process: in_flight, answered, failed, latency and more, as robofy.h describes them. */
    public function stats(): array
    {
        $stats = Library::text($this->library->robofy_client_stats($this->handle()->pointer));

        return json_decode($stats, true, flags: JSON_THROW_ON_ERROR);
    }

    /** Lets go of everything; what is in flight is given up. May be called again; other calls are then refused. */
    public function close(): void
    {
        $this->handle = null;
    }

    /** @internal An inbox for the agent, or the client's. */
    public function inbox(?string $pid, ?string $chatbotId, Handle $options): Handle
    {
        $agent = [Arguments::once('pid', $pid ?? $this->pid), Arguments::once('chatbotId', $chatbotId ?? $this->chatbotId)];
        $inbox = Library::call('robofy_inbox_new', $this->handle(), ...[...$agent, $options]);

        return new Handle($this->library, $inbox, 'robofy_inbox_free');
    }

    /** @param array<string, mixed> $options the library's setters, without robofy_options_set_, and their values */
    private function connect(#[\SensitiveParameter] ?string $apiKey, #[\SensitiveParameter] array $options): void
    {
        $key = Arguments::text('apiKey', $apiKey ?? (getenv('ROBOFY_API_KEY') ?: null))
            ?? throw new InvalidArgumentException('apiKey is missing: give it, or set ROBOFY_API_KEY');
        $library = $this->library = Library::load();
        $handle = new Handle($library, $library->robofy_options_new(), 'robofy_options_free');
        foreach (array_filter($options, static fn (mixed $value): bool => $value !== null) as $option => $value) {
            $library->{"robofy_options_set_$option"}($handle->pointer, ...(array) $value);
        }
        $this->handle = new Handle($library, Library::call('robofy_client_new', $key, $handle), 'robofy_client_free');
        $this->process = getmypid();
    }

    private function handle(): Handle
    {
        return $this->handle ?? throw new \LogicException('this client is closed: make another');
    }

    /** In a forked child what the parent submitted is the parent's. */
    private function uncollected(): int
    {
        if ($this->process !== getmypid()) {
            [$this->process, $this->uncollected] = [getmypid(), 0];
        }

        return $this->uncollected;
    }

    private function native(Message $message): Handle
    {
        return $message->native($this->library, $this->pid, $this->chatbotId);
    }

    private function converse(string $function, Message $message): Reply
    {
        $reply = $this->send($function, 'robofy_reply_free', $this->native($message));

        return Log::answered($this->logger, Reply::read($this->library, $reply->pointer));
    }

    /** Calls a function that waits for what the service answers. */
    private function send(string $function, string $free, mixed ...$arguments): Handle
    {
        try {
            return new Handle($this->library, Library::call($function, $this->handle(), ...$arguments), $free);
        } catch (RobofyException $error) {
            throw Log::failed($this->logger, $error);
        }
    }

    /** Calls a function that does not wait, and returns the tag of the completion to come. */
    private function submit(string $function, mixed ...$arguments): int
    {
        $handle = $this->handle();
        $tag = ++$this->lastTag;
        // Before: a signal handler that throws right after it leaves a completion to collect.
        $this->uncollected = $this->uncollected() + 1;
        try {
            Library::call($function, $handle, ...[...$arguments, $tag]);
        } catch (RobofyException $error) {
            $this->uncollected--;
            throw Log::failed($this->logger, $error);
        }

        return $tag;
    }

    private function collect(\FFI\CData $pointer): Completion
    {
        $handle = new Handle($this->library, $pointer, 'robofy_completion_free');
        $this->uncollected--;
        $completion = Completion::read($this->library, $handle);
        match ($completion->error) {
            null => Log::answered($this->logger, $completion->reply ?? $completion->response),
            default => Log::failed($this->logger, $completion->error),
        };

        return $completion;
    }

    private function __clone()
    {
    }
}
