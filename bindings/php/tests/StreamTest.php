<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\CancelledException;
use Robofy\Client;
use Robofy\StreamEvent;
use Robofy\StreamEventKind;
use Robofy\InterruptedException;
use Robofy\Stream;
use Robofy\TimeoutException;

final class StreamTest extends ServiceTestCase
{
    private const SILENCE = '!answer=x endless=silence';

    private static function stream(string $query, ?Client $client = null, mixed ...$message): Stream
    {
        return ($client ?? self::client())->stream(self::STREAM, self::message($query, ...$message));
    }

    public function testTheEventsComeInTheirOrder(): void
    {
        $stream = self::stream('!deltas=2 tools event-delay-ms=5', null, sessionId: '918727');
        self::assertSame(['', null, false], [$stream->text(), $stream->sessionId(), $stream->isDone()]);
        $events = iterator_to_array($stream);
        $of = fn (StreamEventKind $kind): array => array_filter($events, fn (StreamEvent $event): bool => $event->kind === $kind);

        self::assertSame(['0 ', '1 '], array_column($of(StreamEventKind::Delta), 'text'));
        self::assertCount(5, $of(StreamEventKind::Tool));
        self::assertSame('book', $events[2]->name);
        self::assertSame('msg-1', $events[0]->json()['messageId']);
        self::assertSame(['0 1 ', '918727', true], [$stream->text(), $stream->sessionId(), $stream->isDone()]);
        self::assertSame([null, []], [$stream->next(), iterator_to_array($stream)]);
    }

    public function testALoopThatWasLeftGoesOn(): void
    {
        $stream = self::stream('!answer=x');
        $count = 0;
        foreach ($stream as $event) {
            $count++;
            break;
        }
        self::assertSame(9, $count + count(iterator_to_array($stream, false)));
    }

    public function testAnErrorIsThrownOnceAndWhatCameIsKept(): void
    {
        $stream = self::stream('!answer=Hello no-done');
        try {
            iterator_to_array($stream);
            self::fail('nothing was thrown');
        } catch (InterruptedException) {
        }
        self::assertSame(['Hello', null], [$stream->text(), $stream->next()]);
        $this->expectException(TimeoutException::class);
        iterator_to_array(self::stream(self::SILENCE, timeout: 0.3));
    }

    public function testNoEventInTimeIsNull(): void
    {
        $stream = self::stream(self::SILENCE);
        while ($stream->text() === '') {
            $stream->next();
        }
        $stream->next(0.05);
        self::assertSame([null, false], [$stream->next(0.05), $stream->isDone()]);
    }

    public function testAStreamThatIsForgottenOrClosedIsCancelled(): void
    {
        $client = self::client();
        $stream = self::stream(self::SILENCE, $client);
        $stream->next();
        unset($stream);
        self::waitUntil(fn (): bool => $client->stats()['in_flight'] === 0);
        $stream = self::stream(self::SILENCE, $client);
        $stream->close();
        $stream->close();
        self::waitUntil(fn (): bool => self::standin()['in_flight'] === 0);
        self::assertSame(2, $client->stats()['cancelled']);
        $this->expectExceptionMessageMatches('/this stream is closed/');
        $stream->next();
    }

    public function testItOutlivesItsClient(): void
    {
        $client = self::client();
        $stream = self::stream('!answer=x event-delay-ms=20', $client);
        $client->close();
        unset($client);
        self::assertCount(9, iterator_to_array($stream));
    }

    public function testManyAreWatchedAtOnce(): void
    {
        $client = self::client();
        $streams = $watched = [];
        for ($number = 0; $number < 20; $number++) {
            $streams[] = $stream = self::stream("!answer=$number event-delay-ms=20", $client);
            $watched[] = $stream->pollStream();
        }
        while ($watched !== []) {
            [$read, $write, $except] = [$watched, null, null];
            self::assertGreaterThan(0, stream_select($read, $write, $except, 60));
            foreach (array_keys($read) as $number) {
                while ($streams[$number]->next(0) !== null) {
                }
                if ($streams[$number]->isDone()) {
                    unset($watched[$number]);
                }
            }
        }
        self::assertSame(array_map('strval', range(0, 19)), array_map(fn (Stream $stream) => $stream->text(), $streams));
    }

    /** @requires extension pcntl */
    public function testASignalHandlerRunsAmidAWaitAndMayCancelOrClose(): void
    {
        pcntl_async_signals(true);
        try {
            foreach (['cancel' => CancelledException::class, 'close' => \LogicException::class] as $end => $error) {
                $stream = self::stream(self::SILENCE);
                pcntl_signal(SIGALRM, fn () => $stream->$end());
                pcntl_alarm(1);
                try {
                    iterator_to_array($stream);
                    self::fail('nothing was thrown');
                } catch (CancelledException | \LogicException $thrown) {
                    self::assertInstanceOf($error, $thrown);
                }
            }
        } finally {
            pcntl_signal(SIGALRM, SIG_DFL);
            pcntl_async_signals(false);
        }
    }

    /** @requires extension pcntl */
    public function testItIsTheParentsAfterAFork(): void
    {
        $stream = self::stream('!answer=x event-delay-ms=50');
        $stream->next();
        $child = pcntl_fork();
        if ($child === 0) {
            $ended = false;
            try {
                $stream->next();
            } catch (CancelledException) {
                $ended = true;
            }
            unset($stream);
            // Without PHPUnit's own end.
            posix_kill(getmypid(), $ended ? SIGKILL : SIGABRT);
        }
        pcntl_waitpid($child, $status);

        self::assertSame(SIGKILL, pcntl_wtermsig($status), 'the child did not end as it should');
        self::assertCount(8, iterator_to_array($stream));
    }

    public function testAProgramEndsAmidAStream(): void
    {
        $code = 'require "autoload.php"; $client = new Robofy\Client("key", "1", "2", baseUrl: getenv("ROBOFY_BASE_URL"));'
            . '$stream = $client->stream("' . self::STREAM . '", new Robofy\Message("' . self::SILENCE . '"));'
            . 'foreach ($stream as $event) { exit(7); }';
        $start = hrtime(true);
        exec('cd ' . escapeshellarg(dirname(__DIR__)) . ' && ' . PHP_BINARY . ' -r ' . escapeshellarg($code), $said, $status);

        self::assertSame([7, []], [$status, $said]);
        self::assertLessThan(20e9, hrtime(true) - $start);
    }

    public function testItIsNeitherCopiedNorStored(): void
    {
        $stream = self::stream('Hi');
        foreach ([fn () => clone $stream, fn () => serialize($stream)] as $copy) {
            try {
                $copy();
                self::fail('a copy was made');
            } catch (\Throwable $error) {
                self::assertMatchesRegularExpression('/__clone|not allowed/', $error->getMessage());
            }
        }
    }
}
