<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\FakeClient;
use Robofy\Inbox;
use Robofy\StorageException;

final class InboxLifetimeTest extends InboxTestCase
{
    /** @requires extension pcntl */
    public function testALoopEndsAfterAQuietTimeOrWhenASignalHandlerClosesTheInbox(): void
    {
        $inbox = self::inbox(1);
        $answers = [];
        for ($user = 0; $user < 10; $user++) {
            $inbox->offerText(null, "$user", "$user", "!answer=$user");
        }
        while (count($answers) < 10) {
            foreach ($inbox->outcomes(timeout: 0.3) as $outcome) {
                $answers[] = $outcome->parts[0];
                $inbox->sent($outcome, 0);
            }
        }
        self::assertEqualsCanonicalizing(range(0, 9), array_map(intval(...), $answers));
        pcntl_async_signals(true);
        pcntl_signal(SIGALRM, $inbox->close(...));
        pcntl_alarm(1);
        foreach ($inbox as $outcome) {
            self::fail('nothing is left');
        }
        pcntl_signal(SIGALRM, SIG_DFL);
        $this->expectException(\LogicException::class);
        $inbox->poll(0);
    }

    public function testItIsWatchedByAnEventLoop(): void
    {
        $inbox = self::inbox(1);
        $stream = $inbox->pollStream();
        $readable = static function (int $seconds) use ($stream): int {
            [$ready, $none] = [[$stream], null];

            return stream_select($ready, $none, $none, $seconds);
        };
        self::assertSame(0, $readable(0));
        $inbox->offerText(null, '1', 'a', '!answer=x');
        self::assertSame(1, $readable(60));
        self::assertSame(['x'], $inbox->poll(0)->parts);
        self::assertSame(0, $readable(0));
    }

    public function testItOutlivesItsClientAndAClosedOneIsRefused(): void
    {
        $client = self::client();
        $inbox = new Inbox($client, maxMessages: 1, typing: 0.0);
        $client->close();
        $inbox->offerText(null, '1', 'a', '!answer=x');
        $outcome = self::next($inbox);
        self::assertSame([], $inbox->__debugInfo());
        $inbox->close();
        $inbox->close();
        self::assertSame(['x'], $outcome->parts);
        $calls = [
            fn () => $inbox->sent($outcome, 0),
            fn () => $inbox->offer(self::text('a', 'Hi')),
            fn () => $inbox->stats(),
            fn () => $inbox->pollStream(),
            fn () => new Inbox($client),
            fn () => new Inbox(new FakeClient([])),
        ];
        foreach ($calls as $call) {
            try {
                $call();
                self::fail('nothing was thrown');
            } catch (\LogicException) {
            }
        }
        self::assertSame([], iterator_to_array($inbox));
    }

    /** @requires extension pcntl */
    public function testAfterAForkItIsTheParents(): void
    {
        $inbox = self::inbox(1, path: "$this->folder/inbox");
        $inbox->offerText(null, '1', 'a', '!answer=parent');
        $child = pcntl_fork();
        if ($child === 0) {
            $alone = $inbox->poll() === null;
            try {
                $inbox->offerText(null, '1', 'b', 'Hi');
                $alone = false;
            } catch (StorageException) {
            }
            // Without PHPUnit's own end.
            posix_kill(getmypid(), $alone ? SIGKILL : SIGABRT);
        }
        pcntl_waitpid($child, $status);
        self::assertSame(SIGKILL, pcntl_wtermsig($status), 'the child did not end as it should');
        self::assertSame(['parent'], self::next($inbox)->parts);
    }

    public function testThousandsOfOutcomesLeaveNothing(): void
    {
        $inbox = self::inbox(1, dedup: 0.001);
        $id = 0;
        $some = function () use ($inbox, &$id): void {
            for ($time = 0; $time < 100; $time++) {
                $inbox->offer(self::text((string) $id++, '!huge=4000 detail=' . str_repeat('x', 4000)));
                $inbox->sent(self::next($inbox), 0);
            }
        };
        self::assertLessThan(8_000_000, self::growth($some));
    }
}
