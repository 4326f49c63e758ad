<?php

declare(strict_types=1);

namespace Robofy;

/** Many chats at once from one thread. While a pool works, nothing else polls its client. */
final class Pool
{
    public function __construct(
        private readonly Client $client,
        private readonly int $atOnce = 100,
    ) {
        Arguments::integer('atOnce', $atOnce, 1);
    }

    /**
     * Sends messages, so many at once, and yields what became of each, as it comes, under the message's key. What is
     * still in flight when the caller stops listening is cancelled.
     *
     * @param iterable<mixed, Message> $messages
     * @return \Generator<mixed, Completion>
     */
    public function chats(iterable $messages): \Generator
    {
        $keys = [];
        try {
            foreach ($messages as $key => $message) {
                if (count($keys) >= $this->atOnce) {
                    $completion = $this->client->poll();
                    if ($completion === null) {
                        return; // a forked child: what is in flight is the parent's
                    }
                    yield $this->take($keys, $completion) => $completion;
                }
                try {
                    $keys[$this->client->whatsappSubmit($message)] = $key;
                } catch (RobofyException $refusal) {
                    yield $key => new Completion(null, null, $refusal);
                }
            }
            while ($keys !== [] && ($completion = $this->client->poll()) !== null) {
                yield $this->take($keys, $completion) => $completion;
            }
        } finally {
            $this->abandon($keys);
        }
    }

    private function take(array &$keys, Completion $completion): mixed
    {
        $key = $keys[$completion->tag]
            ?? throw new \LogicException("tag {$completion->tag} was submitted beside the pool: give it a client of its own");
        unset($keys[$completion->tag]);

        return $key;
    }

    private function abandon(array $keys): void
    {
        foreach (array_keys($keys) as $tag) {
            $this->client->cancel($tag);
        }
        while ($keys !== [] && ($completion = $this->client->poll()) !== null) {
            $this->take($keys, $completion);
        }
    }
}
