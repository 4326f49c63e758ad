<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\Pool;
use Robofy\RobofyException;

final class LifetimeTest extends ServiceTestCase
{
    private const MEGABYTE = 1_000_000;

    public function testTenThousandCallsLeaveNothing(): void
    {
        $client = self::client();
        $some = function () use ($client): void {
            for ($call = 0; $call < 500; $call++) {
                $client->whatsappSend(self::message('Hello', sessionId: "call $call", userContext: ['call' => $call]));
                try {
                    $client->whatsappSend(self::message('!status=401'));
                    self::fail('nothing was thrown');
                } catch (RobofyException) {
                }
            }
        };
        self::assertLessThan(8 * self::MEGABYTE, self::growth($some));
    }

    public function testTenThousandSubmittedMessagesLeaveNothing(): void
    {
        $client = self::client();
        $messages = array_fill(0, 500, self::message('Hello')) + array_fill(500, 500, self::message('!status=401'));
        $some = function () use ($client, $messages): void {
            self::assertSame(1000, iterator_count((new Pool($client))->chats($messages)));
        };
        self::assertLessThan(8 * self::MEGABYTE, self::growth($some));
    }

    public function testAForgottenClientIsFreed(): void
    {
        gc_collect_cycles();
        self::waitUntil(fn (): bool => self::standin()['connections_open'] === 1);
        $client = self::client();
        $client->whatsappSend(self::message('Hello'));
        self::assertSame(2, self::standin()['connections_open']);

        unset($client);
        self::waitUntil(fn (): bool => self::standin()['connections_open'] === 1);
    }

    public function testClientsThatAreMadeAndForgottenLeaveNothing(): void
    {
        $some = function (): void {
            for ($client = 0; $client < 100; $client++) {
                self::client();
                try {
                    self::client(apiKey: '');
                } catch (RobofyException) {
                }
            }
        };
        self::assertLessThan(8 * self::MEGABYTE, self::growth($some));
    }

    /** @requires extension pcntl */
    public function testAClientWorksOnInAForkedChild(): void
    {
        $client = self::client();
        $client->whatsappSend(self::message('Hello'));
        $client->whatsappSubmit(self::message('!delay-ms=500 answer=parent'));

        $child = pcntl_fork();
        if ($child === 0) {
            $alone = $client->poll() === null;
            $client->whatsappSubmit(self::message('!answer=child'));
            $answered = $client->poll()->reply()->answer === 'child';
            $client->close();
            // Without PHPUnit's own end.
            posix_kill(getmypid(), $alone && $answered ? SIGKILL : SIGABRT);
        }
        pcntl_waitpid($child, $status);

        self::assertSame(SIGKILL, pcntl_wtermsig($status), 'the child did not end as it should');
        self::assertSame('parent', $client->poll()->reply()->answer);
    }

    /** How many bytes the process grows by in ten rounds, after two. */
    private static function growth(callable $round): int
    {
        $round();
        $round();
        $before = self::residentBytes();
        for ($rounds = 0; $rounds < 10; $rounds++) {
            $round();
        }

        return self::residentBytes() - $before;
    }
}
