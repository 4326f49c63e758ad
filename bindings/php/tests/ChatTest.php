<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\ForbiddenException;

final class ChatTest extends ServiceTestCase
{
    public function testAChatIsAnswered(): void
    {
        $session = uniqid('918727');
        $reply = self::client()->whatsappChat('Grüße, 你好', sessionId: $session);

        self::assertSame('Hello! You wrote: "Grüße, 你好".', $reply->answer);
        self::assertSame($reply->answer, (string) $reply);
        self::assertSame($session, $reply->sessionId);
        self::assertSame('Success', $reply->message);
        self::assertSame($reply->answer, $reply->json()['data']['answer']);
        self::assertSame(1, $reply->attempts);
        self::assertGreaterThan(0, $reply->elapsed);
    }

    public function testTheServiceNamesTheSessionOfAMessageWithoutOne(): void
    {
        self::assertNotEmpty(self::client()->whatsappSend(self::message('Hello'))->sessionId);
        self::assertNull(self::client()->whatsappSend(self::message('!no-session'))->sessionId);
    }

    public function testTheUserContextIsSent(): void
    {
        $context = ['name' => 'Zoë', 'age' => 42.0, 'tags' => [], 'address' => ['city' => 'Pune']];
        $reply = self::client()->whatsappSend(self::message('!echo', sessionId: 'context', userContext: $context));

        $sent = json_decode($reply->answer, true)['user_context'];
        self::assertEquals($context + ['session_id' => 'context', 'platform' => 'whatsapp'], $sent);
        self::assertStringContainsString('42.0', $reply->answer);
    }

    public function testAnEmptyUserContextIsAnObject(): void
    {
        $reply = self::client()->whatsappSend(self::message('!echo', userContext: []));

        self::assertSame(['platform' => 'whatsapp'], json_decode($reply->answer, true)['user_context']);
    }

    public function testALoggerIsToldOfFailuresAndRetries(): void
    {
        $logger = new RecordingLogger();
        $client = self::client(maxRetries: 1, logger: $logger);
        try {
            $client->whatsappChat('!status=403 code=FORBIDDEN');
            self::fail('nothing was thrown');
        } catch (\Robofy\ForbiddenException) {
        }
        $client->whatsappSubmit(self::message('!status=503 fails=1', sessionId: uniqid()));
        $client->poll();
        $client->whatsappChat('Hello');

        self::assertCount(2, $logger->told);
        self::assertStringContainsString('warning robofy: a call failed: 403 FORBIDDEN', $logger->told[0]);
        self::assertSame('info robofy: a call was answered at attempt 2', $logger->told[1]);
    }

    public function testALoggerThatFailsLosesNoAnswerAndNoError(): void
    {
        $errors = ini_set('error_log', $file = tempnam(sys_get_temp_dir(), 'robofy'));
        try {
            $client = self::client(maxRetries: 1, logger: new RecordingLogger(fails: true));
            $again = '!status=503 fails=1';
            self::assertSame(2, $client->whatsappChat($again, sessionId: uniqid('', true))->attempts);
            $tag = $client->whatsappSubmit(self::message($again, sessionId: uniqid('', true)));
            self::assertSame([$tag, 2], [($completion = $client->poll())->tag, $completion->reply->attempts]);
            $client->whatsappSubmit(self::message('!status=403'));
            self::assertInstanceOf(ForbiddenException::class, $client->poll()->error);
            self::assertStringContainsString('robofy: the logger failed: the disk is full', file_get_contents($file));
        } finally {
            ini_set('error_log', $errors);
            unlink($file);
        }
    }

    public function testARetryIsCounted(): void
    {
        $reply = self::client(maxRetries: 1)->whatsappSend(self::message('!status=503 fails=1', sessionId: uniqid()));

        self::assertSame(2, $reply->attempts);
    }

    public function testFiguresOfAClient(): void
    {
        $client = self::client();
        $client->whatsappSend(self::message('Hello'));
        $stats = $client->stats();

        self::assertSame(1, $stats['answered']);
        self::assertSame(0, $stats['in_flight']);
        self::assertSame(1, $stats['latency']['count']);
    }
}
