<?php

declare(strict_types=1);

namespace Robofy;

/** Sends WhatsApp users' messages to the agents of one Robofy account. Make one and keep it: it keeps its connections. */
final class Client
{
    /** PHP runs its signal handlers between two waits of this length. */
    private const SLICE_MS = 200;

    private readonly \FFI $library;
    private ?Handle $handle;
    private int $lastTag = 0;
    private int $uncollected = 0;
    private int $process;

    /**
     * Null stands for the library's default everywhere.
     *
     * @param ?float $timeout seconds for a call, retries and waits included (60)
     * @param ?float $connectTimeout seconds for making a connection (10)
     * @param ?int $maxRetries how often a message that the agent cannot have seen is sent again (2)
     * @param ?bool $retryAmbiguous also send again what the agent may have seen, and so may answer twice (false)
     * @param ?string $proxy null is the environment's HTTPS_PROXY, "" is none
     * @param ?string $caFile a PEM file of authorities to trust beside the platform's
     * @param ?string $userAgent your product, put before the library's name
     * @param ?int $maxResponseBytes the longest response that is read (8 MiB)
     * @param ?int $maxInFlight how many submitted messages may be in flight (0: no limit)
     * @param ?bool $orderedSessions send the messages of a session one after another (false)
     * @param ?array{0: int, 1?: int} $rateLimit the pace: messages a minute, and how many at once (none)
     * @throws RobofyException|LibraryException
     */
    public function __construct(
        #[\SensitiveParameter] string $apiKey,
        ?string $baseUrl = null,
        ?float $timeout = null,
        ?float $connectTimeout = null,
        ?int $maxRetries = null,
        ?bool $retryAmbiguous = null,
        ?string $proxy = null,
        ?string $caFile = null,
        ?string $userAgent = null,
        ?int $maxResponseBytes = null,
        ?int $maxInFlight = null,
        ?bool $orderedSessions = null,
        ?array $rateLimit = null,
    ) {
        $set = array_filter([
            'base_url' => [Arguments::text('base_url', $baseUrl)],
            'timeout_ms' => [$timeout === null ? null : Arguments::milliseconds('timeout', $timeout)],
            'connect_timeout_ms' => [
                $connectTimeout === null ? null : Arguments::milliseconds('connect_timeout', $connectTimeout),
            ],
            'max_retries' => [$maxRetries === null ? null : Arguments::integer('max_retries', $maxRetries)],
            'retry_ambiguous' => [$retryAmbiguous],
            'proxy' => [Arguments::text('proxy', $proxy)],
            'ca_file' => [Arguments::text('ca_file', $caFile)],
            'user_agent' => [Arguments::text('user_agent', $userAgent)],
            'max_response_bytes' => [
                $maxResponseBytes === null
                    ? null
                    : Arguments::integer('max_response_bytes', $maxResponseBytes, 1, PHP_INT_MAX),
            ],
            'max_in_flight' => [$maxInFlight === null ? null : Arguments::integer('max_in_flight', $maxInFlight)],
            'ordered_sessions' => [$orderedSessions],
            'rate_limit' => $rateLimit === null ? [null] : Arguments::rate('rate_limit', $rateLimit),
        ], static fn (array $values): bool => $values[0] !== null);

        $library = $this->library = Library::load();
        $options = new Handle($library, $library->robofy_options_new(), 'robofy_options_free');
        foreach ($set as $option => $values) {
            $library->{"robofy_options_set_$option"}($options->pointer, ...$values);
        }
        $error = $library->new('RobofyError *');
        $key = Arguments::text('api_key', $apiKey);
        $pointer = $library->robofy_client_new($key, $options->pointer, \FFI::addr($error));
        $this->handle = new Handle($library, $pointer ?? throw $this->failure($error), 'robofy_client_free');
        $this->process = getmypid();
    }

    /**
     * Sends one message and waits for the agent's answer. The parameters are Message's.
     *
     * @throws RobofyException
     */
    public function whatsappChat(
        string $pid,
        string $chatbotId,
        string $query,
        ?string $sessionId = null,
        ?array $userContext = null,
        ?float $timeout = null,
    ): Reply {
        return $this->whatsappSend(new Message($pid, $chatbotId, $query, $sessionId, $userContext, $timeout));
    }

    /** @throws RobofyException */
    public function whatsappSend(Message $message): Reply
    {
        $handle = $this->handle();
        $native = $message->native($this->library);
        $error = $this->library->new('RobofyError *');
        $pointer = $this->library->robofy_whatsapp_send($handle->pointer, $native->pointer, \FFI::addr($error));
        $reply = new Handle($this->library, $pointer ?? throw $this->failure($error), 'robofy_reply_free');

        return Reply::read($this->library, $reply->pointer);
    }

    /**
     * Sends a message without waiting. What became of it is collected with poll(), once, under the tag returned here.
     *
     * @throws RobofyException if the message is refused; there will be no completion
     */
    public function whatsappSubmit(Message $message): int
    {
        $handle = $this->handle();
        $native = $message->native($this->library);
        $error = $this->library->new('RobofyError *');
        $tag = ++$this->lastTag;
        // Before: a signal handler that throws right after it leaves a completion to collect.
        $this->uncollected = $this->uncollected() + 1;
        if (!$this->library->robofy_whatsapp_submit($handle->pointer, $native->pointer, $tag, \FFI::addr($error))) {
            $this->uncollected--;
            throw $this->failure($error);
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
            ? throw new ConnectException('the process has no file descriptor left: raise its limit (ulimit -n)', Status::Connect)
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

        return new Completion(
            $this->library->robofy_completion_tag($completion->pointer),
            $reply === null ? null : Reply::read($this->library, $reply),
            $error === null ? null : RobofyException::read($this->library, $error),
        );
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
