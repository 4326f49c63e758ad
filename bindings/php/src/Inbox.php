<?php

declare(strict_types=1);

namespace Robofy;

/**
 * Takes what users write, asks the agent once for each burst of messages, and has what comes of them: each Outcome is to be
 * sent, shown or known, and foreach goes over them.
 *
 * It may outlive its client. One that is closed or forgotten leaves what was queued at its path, where the next one goes
 * on, and hands out once more what was not reported. It belongs to the process that made it: in a child of pcntl_fork()
 * there is nothing to poll, and all else is a StorageException.
 *
 * @implements \IteratorAggregate<int, Outcome>
 */
final class Inbox implements \IteratorAggregate
{
    use InboxOptions;

    /** PHP runs its signal handlers between two waits of this length. */
    private const SLICE_MS = 200;

    private ?Handle $handle;
    private readonly int $process;

    /**
     * Takes an event of a Webhook, of any kind. What is Accept::Queued is kept, at a path on disk, when this returns.
     *
     * @return Accept never Accept::Refused, which is thrown
     * @throws StorageException it is not kept: answer the webhook with 503, and the channel sends it again
     * @throws OverloadedException there are as many messages as maxPending allows: answer 503 too
     */
    public function offer(Event $event): Accept
    {
        $kept = Kept::of($event, 'event was not read by a Webhook here: offerText() takes a text');

        return self::accept($this->call('offer', $kept->pointer));
    }

    /**
     * Takes a text, for who has no webhook.
     *
     * @param ?string $channelId the business's side of the conversation, which outcomes bear; null where there is one alone
     * @param string $user the sender's number, or other identifier
     * @param string $messageId the channel's identifier of the message, by which it is a duplicate when it comes again
     * @param string $text bytes that are not UTF-8 become U+FFFD; an empty text is Accept::Ignored
     * @return Accept as of offer(), which also throws the same
     */
    public function offerText(
        ?string $channelId,
        string $user,
        string $messageId,
        #[\SensitiveParameter] string $text,
    ): Accept {
        $texts = [
            Arguments::text('channelId', $channelId),
            Arguments::text('user', $user),
            Arguments::text('messageId', $messageId),
            Arguments::messageText('text', $text),
        ];

        return self::accept($this->call('offer_text', ...$texts));
    }

    /**
     * Takes the next outcome: waits up to so many seconds, or with null until there is one. Signal handlers run meanwhile
     * (pcntl_async_signals), and may close the inbox.
     *
     * @return ?Outcome null if none came in time, if the inbox was closed meanwhile, and in a forked child
     */
    public function poll(?float $timeout = null): ?Outcome
    {
        $handle = $this->handle();
        $end = $timeout === null ? INF : hrtime(true) / 1e6 + $timeout * 1000;
        do {
            $left = $end - hrtime(true) / 1e6;
            $outcome = Library::load()->robofy_inbox_poll($handle->pointer, (int) max(0, min($left, self::SLICE_MS)));
            if ($outcome !== null) {
                return Outcome::read(Library::load(), new Handle(Library::load(), $outcome, 'robofy_outcome_free'));
            }
        } while ($left > 0 && $this->handle !== null && $this->process === getmypid());

        return null;
    }

    /**
     * The outcomes from now on, each waited for: until none has come for so many seconds, or with null until the inbox is
     * closed, as by a signal handler.
     *
     * @return \Generator<int, Outcome>
     */
    public function outcomes(?float $timeout = null): \Generator
    {
        while ($this->handle !== null && ($outcome = $this->poll($timeout)) !== null) {
            yield $outcome;
        }
    }

    /** @return \Generator<int, Outcome> the same without an end of its own */
    public function getIterator(): \Generator
    {
        return $this->outcomes();
    }

    /**
     * A part of an outcome was sent. Only when each is reported does the session go on, and only then does the part not
     * come again after a restart.
     *
     * @param int $part which of its parts, from 0 on
     * @param ?string $providerId the channel's identifier of the message that was sent, if it gave one
     * @throws StorageException it is not kept: report it again
     * @throws InvalidArgumentException there is no such part
     */
    public function sent(Outcome $outcome, int $part, ?string $providerId = null): void
    {
        $this->report('sent', $outcome, $part, Arguments::text('providerId', $providerId));
    }

    /**
     * A part of an outcome could not be sent. Send no more of its parts: what is left of them comes again in another
     * outcome, when it is time. The part is among them unless its code says that it will never be sent, or it has failed
     * too often.
     *
     * @param int $part which of its parts, from 0 on
     * @param int $code Meta's error code; else the HTTP status, from 400 on; less than 0 for a connection that was lost
     * @throws StorageException it is not kept: report it again
     * @throws InvalidArgumentException there is no such part
     */
    public function failed(Outcome $outcome, int $part, int $code): void
    {
        $this->report('failed', $outcome, $part, Arguments::integer('code', $code, -0x80000000, 0x7FFFFFFF));
    }

    /**
     * A person has the conversation for so many seconds: the agent is silent, and what is under way for the user ends as
     * OutcomeKind::Expired.
     *
     * @param string $sessionId the session, or any other identifier of the user
     * @throws InvalidArgumentException also if no channel has brought a message yet
     */
    public function pause(string $sessionId, float $seconds): void
    {
        $session = Arguments::text('sessionId', $sessionId);
        $this->call('pause', $session, Arguments::milliseconds('seconds', $seconds, 0));
    }

    /** The agent has the conversation again. Messages that came meanwhile stay unanswered. */
    public function resume(string $sessionId): void
    {
        $this->call('resume', Arguments::text('sessionId', $sessionId));
    }

    /**
     * The inbox's figures: pending, turns, answers and more, as robofy.h describes them.
     *
     * @return array<string, int>
     * @throws StorageException what is kept cannot be read
     */
    public function stats(): array
    {
        $stats = Library::text(Library::load()->robofy_inbox_stats($this->handle()->pointer));

        return $stats === null
            ? throw new StorageException('what the inbox keeps cannot be read, or the process was forked: see to its path')
            : json_decode($stats, true, flags: JSON_THROW_ON_ERROR);
    }

    /**
     * A stream for stream_select() and event loops, readable while outcomes wait: then call poll(0) until it returns null.
     * It carries no data and must not be read. In the command line's PHP only; elsewhere poll() with a timeout.
     *
     * @return resource
     */
    public function pollStream()
    {
        if ($this->process !== getmypid()) {
            throw new StorageException('the inbox belongs to the process that was forked: make another');
        }

        return Library::watched(Library::load()->robofy_inbox_poll_fd($this->handle()->pointer));
    }

    /**
     * Ends chats under way, and lets go of everything: another inbox may have the path then. May be called again; other
     * calls are then refused.
     */
    public function close(): void
    {
        $this->handle = null;
    }

    /** Its options are in no dump. */
    public function __debugInfo(): array
    {
        return [];
    }

    /** @param list<array{string, mixed, 2?: mixed}> $options the library's setters, without their prefix, and their values */
    private function open(Client $client, ?string $pid, ?string $chatbotId, array $options): void
    {
        $library = Library::load();
        $handle = new Handle($library, $library->robofy_inbox_options_new(), 'robofy_inbox_options_free');
        foreach ($options as $setting) {
            $option = array_shift($setting);
            if ($setting[0] !== null) {
                $library->{"robofy_inbox_options_set_$option"}($handle->pointer, ...$setting);
            }
        }
        $this->handle = $client->inbox($pid, $chatbotId, $handle);
        $this->process = getmypid();
    }

    private static function accept(int $number): Accept
    {
        return Accept::tryFrom($number) ?? Accept::Ignored;
    }

    private function report(string $function, Outcome $outcome, int $part, mixed $how): void
    {
        $kept = Kept::of($outcome, 'outcome was not polled from an Inbox here');
        $this->call($function, $kept->pointer, Arguments::integer('part', $part), $how);
    }

    private function call(string $function, #[\SensitiveParameter] mixed ...$arguments): mixed
    {
        return Library::call("robofy_inbox_$function", $this->handle(), ...$arguments);
    }

    private function handle(): Handle
    {
        return $this->handle ?? throw new \LogicException('this inbox is closed: make another');
    }

    private function __clone()
    {
    }
}
