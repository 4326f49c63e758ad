<?php

declare(strict_types=1);

namespace Robofy\Tests;

use PHPUnit\Framework\TestCase;
use Robofy\FakeClient;
use Robofy\Message;
use Robofy\Pool;
use Robofy\RateLimitedException;

final class FakeClientTest extends TestCase
{
    public function testItsOutcomesComeInTheirOrder(): void
    {
        $client = new FakeClient(['Hello!', new RateLimitedException('slow down', retryAfter: 2.0)]);
        $reply = $client->whatsappChat('Hi', sessionId: '918727');
        self::assertSame(['Hello!', '918727', 1], [(string) $reply, $reply->sessionId, $reply->attempts]);

        try {
            $client->whatsappChat('Again', pid: '1');
            self::fail('nothing was thrown');
        } catch (RateLimitedException $error) {
            self::assertSame(2.0, $error->retryAfter);
        }
        self::assertSame(['Hi', 'Again'], array_column($client->messages, 'query'));
        $this->expectExceptionMessageMatches('/no outcome/');
        $client->whatsappChat('More');
    }

    public function testAClosureAnswersEachMessageOfAPool(): void
    {
        $client = new FakeClient(fn (Message $message) => "You wrote $message->query.");
        $answers = array_map('strval', array_map(
            fn ($completion) => $completion->reply(),
            iterator_to_array((new Pool($client))->chats(['a' => new Message('Hi'), 'b' => new Message('Ho')])),
        ));

        self::assertSame(['a' => 'You wrote Hi.', 'b' => 'You wrote Ho.'], $answers);
    }

    public function testAClosedOneRefusesCalls(): void
    {
        $client = new FakeClient(['Hello!']);
        $client->close();
        $this->expectExceptionMessageMatches('/closed/');
        $client->whatsappChat('Hi');
    }
}
