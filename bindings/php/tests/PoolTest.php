<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\CancelledException;
use Robofy\Completion;
use Robofy\ForbiddenException;
use Robofy\InvalidArgumentException;
use Robofy\OverloadedException;
use Robofy\Pool;

final class PoolTest extends ServiceTestCase
{
    public function testAHundredChatsAreInFlightAtOnce(): void
    {
        $messages = (function () {
            foreach (range(1, 100) as $user) {
                yield "user $user" => self::message("!delay-ms=1000 answer=for-$user", sessionId: "parallel-$user");
            }
        })();

        $start = hrtime(true);
        $answers = array_map(
            fn (Completion $completion): string => $completion->reply()->answer,
            iterator_to_array((new Pool(self::client()))->chats($messages)),
        );
        $seconds = (hrtime(true) - $start) / 1e9;

        self::assertCount(100, $answers);
        self::assertSame('for-42', $answers['user 42']);
        self::assertLessThan(50, $seconds, 'one after another they take 100 seconds');
    }

    public function testAPoolWithoutAPlaceIsRefused(): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessageMatches('/atOnce/');
        new Pool(self::client(), atOnce: 0);
    }

    public function testAPoolKeepsToItsLimit(): void
    {
        $client = self::client();
        foreach ((new Pool($client, atOnce: 3))->chats(array_fill(0, 20, self::message('!delay-ms=20'))) as $completion) {
            self::assertNull($completion->error);
            self::assertLessThan(4, $client->stats()['in_flight']);
        }
    }

    public function testOneFailureLeavesTheOthersAlone(): void
    {
        $messages = ['good' => self::message('Hello'), 'bad' => self::message('!status=403'), 'refused' => self::message('')];
        $completions = iterator_to_array((new Pool(self::client()))->chats($messages));

        self::assertStringContainsString('Hello', (string) $completions['good']->reply());
        self::assertInstanceOf(ForbiddenException::class, $completions['bad']->error);
        self::assertInstanceOf(InvalidArgumentException::class, $completions['refused']->error);
        $this->expectException(ForbiddenException::class);
        $completions['bad']->reply();
    }

    public function testWhatNobodyListensToIsCancelled(): void
    {
        $client = self::client();
        foreach ((new Pool($client))->chats([self::message('Hello'), self::message('!delay-ms=60000')]) as $completion) {
            self::assertNotNull($completion->reply);
            break;
        }
        unset($completion);

        self::assertSame([0, 0, 1], array_map(fn (string $of): int => $client->stats()[$of], ['in_flight', 'uncollected', 'cancelled']));
    }

    /** @requires extension pcntl */
    public function testAChildThatIsForkedAmidAPoolHasNoneOfItsChats(): void
    {
        $messages = [self::message('!answer=now'), self::message('!delay-ms=500'), self::message('!delay-ms=500')];
        foreach ([[100, true], [100, false], [2, false]] as [$atOnce, $breaksOff]) {
            $child = null;
            $ended = 0;
            $isThrough = false;
            try {
                foreach ((new Pool(self::client(), $atOnce))->chats($messages) as $completion) {
                    $ended++;
                    $child ??= pcntl_fork();
                    if ($child === 0 && $breaksOff) {
                        break;
                    }
                }
                $isThrough = true;
            } finally {
                // Without PHPUnit's own end.
                $child === 0 && posix_kill(getmypid(), $isThrough && $ended < 3 ? SIGKILL : SIGABRT);
            }
            pcntl_waitpid($child, $status);

            self::assertSame(SIGKILL, pcntl_wtermsig($status), 'the child did not end as it should');
            self::assertSame(3, $ended);
        }
    }

    public function testASubmittedMessageCanBeCancelled(): void
    {
        $client = self::client();
        $tag = $client->whatsappSubmit(self::message('!delay-ms=60000'));
        self::assertNull($client->poll(0));
        self::assertTrue($client->cancel($tag));

        $completion = $client->poll();
        self::assertSame($tag, $completion->tag);
        self::assertInstanceOf(CancelledException::class, $completion->error);
        self::assertFalse($client->cancel($tag));
        self::assertNull($client->poll(), 'with nothing to collect a poll without end would never return');
    }

    public function testMoreThanMaxInFlightIsRefused(): void
    {
        $client = self::client(maxInFlight: 1);
        $client->whatsappSubmit(self::message('!delay-ms=60000'));

        $this->expectException(OverloadedException::class);
        $client->whatsappSubmit(self::message('Hello'));
    }

    public function testAStreamTellsOfACompletion(): void
    {
        $client = self::client();
        $stream = $client->pollStream();
        $client->whatsappSubmit(self::message('Hello'));

        [$read, $write, $except] = [[$stream], null, null];
        self::assertSame(1, stream_select($read, $write, $except, 60));
        self::assertNotNull($client->poll(0)->reply);
        $read = [$stream];
        self::assertSame(0, stream_select($read, $write, $except, 0));
    }

    /** @requires extension pcntl */
    public function testAHandlerThatThrowsWhenACompletionHasJustComeLeavesNothingToWaitFor(): void
    {
        $client = self::client();
        pcntl_async_signals(true);
        pcntl_signal(SIGALRM, fn () => throw new \DomainException('enough'));
        $client->whatsappSubmit(self::message('!delay-ms=100'));
        exec('(sleep 0.05; kill -ALRM ' . getmypid() . ') > /dev/null 2>&1 &');

        try {
            $client->poll();
            self::fail('the handler did not run');
        } catch (\DomainException) {
        } finally {
            pcntl_signal(SIGALRM, SIG_DFL);
            pcntl_async_signals(false);
        }
        $start = hrtime(true);
        $client->poll(30);
        self::assertLessThan(20e9, hrtime(true) - $start);
    }

    /** @requires extension pcntl */
    public function testASignalHandlerRunsAmidAPollAndMayClose(): void
    {
        $client = self::client();
        $client->whatsappSubmit(self::message('!delay-ms=60000'));
        pcntl_async_signals(true);
        pcntl_signal(SIGALRM, fn () => $client->close());
        pcntl_alarm(1);

        try {
            $this->expectExceptionMessageMatches('/closed/');
            $client->poll();
        } finally {
            pcntl_signal(SIGALRM, SIG_DFL);
            pcntl_async_signals(false);
        }
    }
}
