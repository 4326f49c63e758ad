<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\Pool;
use Robofy\RobofyException;

final class LifetimeTest extends ServiceTestCase
{
    private const MEGABYTE = 1_000_000;

    /** An answered message, and one that fails: large in all that the library keeps of them. */
    private static function largeMessages(): array
    {
        $detail = str_repeat('x', 4000);

        return [self::message("!huge=4000 detail=$detail"), self::message("!status=401 detail=$detail")];
    }

    public function testTenThousandCallsLeaveNothing(): void
    {
        $client = self::client();
        [$answered, $failing] = self::largeMessages();
        $some = function () use ($client, $answered, $failing): void {
            for ($call = 0; $call < 500; $call++) {
                $client->whatsappSend($answered);
                try {
                    $client->whatsappSend($failing);
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
        $messages = array_merge(...array_fill(0, 500, self::largeMessages()));
        $some = function () use ($client, $messages): void {
            self::assertSame(1000, iterator_count((new Pool($client))->chats($messages)));
        };
        self::assertLessThan(8 * self::MEGABYTE, self::growth($some));
    }

    public function testAForgottenClientIsFreed(): void
    {
        $threads = fn (): int => count(glob('/proc/self/task/*'));
        self::waitUntil(fn (): bool => $threads() === 1);
        $client = self::client();
        $client->whatsappSend(self::message('Hello'));
        self::assertGreaterThan(1, $threads());

        unset($client);
        self::waitUntil(fn (): bool => $threads() === 1);
    }

    public function testOptionsOfARefusedClientAreFreed(): void
    {
        $some = function (): void {
            for ($client = 0; $client < 500; $client++) {
                try {
                    self::client(apiKey: '', userAgent: str_repeat('x', 4000));
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
}
