<?php

declare(strict_types=1);

namespace Robofy;

/** Sends WhatsApp users' messages to the agents of one Robofy account. Keep one: it keeps its connections. */
class Client
{
    use Options;

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
        $handle = $this->handle();
        $native = $message->native($this->library, $this->pid, $this->chatbotId);
        $error = $this->library->new('RobofyError *');
        $pointer = $this->library->robofy_whatsapp_send($handle->pointer, $native->pointer, \FFI::addr($error));
        if ($pointer === null) {
            throw $this->logged(null, $this->failure($error));
        }
        $reply = new Handle($this->library, $pointer, 'robofy_reply_free');

        return $this->logged(Reply::read($this->library, $reply->pointer), null);
    }

    /**
     * Sends a message without waiting. What became of it is collected with poll(), once, under the tag returned here.
     *
     * @throws RobofyException if the message is refused; there will be no completion
     */
    public function whatsappSubmit(Message $message): int
    {
        $handle = $this->handle();
        $native = $message->native($this->library, $this->pid, $this->chatbotId);
        $error = $this->library->new('RobofyError *');
        $tag = ++$this->lastTag;
        // Before: a signal handler that throws right after it leaves a completion to collect.
        $this->uncollected = $this->uncollected() + 1;
        if (!$this->library->robofy_whatsapp_submit($handle->pointer, $native->pointer, $tag, \FFI::addr($error))) {
            $this->uncollected--;
            throw $this->logged(null, $this->failure($error));
        }

        return $tag;
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

    /** Cancels a submitted message: its completion says so. False if it is not in flight any more. */
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
        $descriptor = $this->library->robofy_client_poll_fd($this->handle()->pointer);

        return $descriptor < 0
            ? throw new ConnectException('the process has no file descriptor left: raise its limit (ulimit -n)', isRetryable: true)
            : fopen("php://fd/$descriptor", 'r');
    }

    /** The client's figures in this process: in_flight, answered, failed, latency and more, as robofy.h describes them. */
    public function stats(): array
    {
        $pointer = $this->library->robofy_client_stats($this->handle()->pointer);
        $text = new Handle($this->library, $pointer, 'robofy_free_string');

        return json_decode(\FFI::string($text->pointer), true, flags: JSON_THROW_ON_ERROR);
    }

    /** Lets go of everything; what is in flight is given up. May be called again; other calls are then refused. */
    public function close(): void
    {
        $this->handle = null;
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
        $error = $library->new('RobofyError *');
        $pointer = $library->robofy_client_new($key, $handle->pointer, \FFI::addr($error));
        $this->handle = new Handle($library, $pointer ?? throw $this->failure($error), 'robofy_client_free');
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

    private function collect(\FFI\CData $pointer): Completion
    {
        $completion = new Handle($this->library, $pointer, 'robofy_completion_free');
        $this->uncollected--;
        $reply = $this->library->robofy_completion_reply($completion->pointer);
        $error = $this->library->robofy_completion_error($completion->pointer);
        $reply = $reply === null ? null : Reply::read($this->library, $reply);
        $error = $error === null ? null : RobofyException::read($this->library, $error);
        $this->logged($reply, $error);

        return new Completion($this->library->robofy_completion_tag($completion->pointer), $reply, $error);
    }

    /** What the logger throws must not cost the program an answer. */
    private function logged(?Reply $reply, ?RobofyException $error): Reply|RobofyException
    {
        try {
            if ($error !== null) {
                $this->logger?->warning("robofy: a chat failed: {$error->getMessage()}");
            } elseif ($reply->attempts > 1) {
                $this->logger?->info("robofy: a chat was answered at attempt {$reply->attempts}");
            }
        } catch (\Throwable $failure) {
            error_log("robofy: the logger failed: {$failure->getMessage()}");
        }

        return $reply ?? $error;
    }

    private function failure(\FFI\CData $pointer): RobofyException
    {
        $error = new Handle($this->library, $pointer, 'robofy_error_free');

        return RobofyException::read($this->library, $error->pointer);
    }

    private function __clone()
    {
    }
}
