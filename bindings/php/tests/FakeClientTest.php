<?php

declare(strict_types=1);

namespace Robofy\Tests;

use PHPUnit\Framework\TestCase;
use Robofy\AgentSettings;
use Robofy\CancelledException;
use Robofy\StreamEvent;
use Robofy\StreamEventKind;
use Robofy\FakeClient;
use Robofy\ForbiddenException;
use Robofy\InterruptedException;
use Robofy\InvalidArgumentException;
use Robofy\Message;
use Robofy\Pool;
use Robofy\RateLimitedException;
use Robofy\Response;
use Robofy\Session;

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
            self::assertTrue($error->isRetryable);
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

    public function testAClosureMayBeOneOfTheOutcomes(): void
    {
        $client = new FakeClient(['first', fn (Message $message) => strtoupper($message->query)]);
        $client->whatsappChat('Hi');
        self::assertSame('LOUD', (string) $client->whatsappChat('loud'));
    }

    public function testASubmittedMessageIsToldOfAndCanBeCancelled(): void
    {
        $client = new FakeClient(['one', 'two']);
        $first = $client->whatsappSubmit(new Message('a'));
        $stream = $client->pollStream();
        $second = $client->whatsappSubmit(new Message('b'));
        self::assertTrue($client->cancel($second));

        self::assertTrue(self::canBeRead($stream));
        self::assertSame([$first, 'one'], [($completion = $client->poll())->tag, (string) $completion->reply]);
        self::assertInstanceOf(CancelledException::class, $client->poll()->error);
        self::assertFalse(self::canBeRead($stream));
        self::assertNull($client->poll());
        self::assertFalse($client->cancel($first));
    }

    public function testItRefusesWhatAClientRefuses(): void
    {
        $client = new FakeClient(['Hello!']);
        try {
            $client->whatsappChat("a\0b");
            self::fail('nothing was thrown');
        } catch (InvalidArgumentException $error) {
            self::assertStringContainsString('query', $error->getMessage());
        }
        self::assertSame([], $client->messages);
    }

    public function testItAnswersEveryCall(): void
    {
        $settings = new AgentSettings('0.7');
        $client = new FakeClient([
            'Hello!', ['page' => 1], new Response('', 204, ['X-Id' => '7']), [['name' => 'Asha']], [new Session('918727')],
            $settings, ['Hel', new StreamEvent(StreamEventKind::Session, '918727'), 'lo', new InterruptedException('cut short')],
            ['n' => 2], new ForbiddenException('no'), fn (string $method, string $path): array => [$path],
        ]);

        self::assertSame('Hello!', $client->chatSend(new Message('Hi', platform: 'web'))->answer);
        self::assertSame(['page' => 1], $client->request('GET', '/v1/projects', ['page' => 1])->data());
        self::assertSame(['7', null], [($none = $client->request('DELETE', '/v1/a'))->header('x-id'), $none->data()]);
        self::assertSame(['Asha'], array_column(iterator_to_array($client->leads()), 'name'));
        self::assertSame('918727', $client->sessions()[0]->sessionId);
        self::assertSame($settings, $client->agentSettings());
        $stream = $client->stream('/v1/a', new Message('Hi'));
        self::assertTrue(self::canBeRead($stream->pollStream()));
        try {
            iterator_to_array($stream);
            self::fail('nothing was thrown');
        } catch (InterruptedException) {
            self::assertSame(['Hello', '918727', true], [$stream->text(), $stream->sessionId(), $stream->isDone()]);
        }
        $client->requestSubmit('PUT', '/v1/a', body: ['n' => 1]);
        $client->requestSubmit('PUT', '/v1/a');
        self::assertSame(['n' => 2], $client->poll()->response()->data());
        self::assertInstanceOf(ForbiddenException::class, $client->poll()->error);
        self::assertSame(['/v1/b'], $client->request('GET', '/v1/b')->data());
        self::assertSame(['request', ['GET', '/v1/projects', ['page' => 1]]], $client->calls[0]);
    }

    public function testAStreamOfItIsCancelledAndClosed(): void
    {
        $stream = (new FakeClient([['Hel', 'lo']]))->stream('/v1/a', new Message('Hi'));
        self::assertSame('Hel', $stream->next()->text);
        self::assertTrue($stream->cancel());
        try {
            $stream->next();
            self::fail('nothing was thrown');
        } catch (CancelledException) {
            self::assertFalse($stream->cancel());
        }
        $stream->close();
        $this->expectExceptionMessageMatches('/closed/');
        $stream->text();
    }

    public function testAClosedOneRefusesCalls(): void
    {
        $client = new FakeClient(['Hello!']);
        $client->close();
        $calls = [
            fn () => $client->whatsappChat('Hi'), fn () => $client->poll(), fn () => $client->cancel(1),
            fn () => $client->pollStream(), fn () => $client->stats(),
        ];
        foreach ($calls as $call) {
            try {
                $call();
                self::fail('nothing was thrown');
            } catch (\LogicException $error) {
                self::assertStringContainsString('closed', $error->getMessage());
            }
        }
    }

    /** @param resource $stream */
    private static function canBeRead($stream): bool
    {
        [$read, $write, $except] = [[$stream], null, null];

        return stream_select($read, $write, $except, 0) === 1;
    }
}
