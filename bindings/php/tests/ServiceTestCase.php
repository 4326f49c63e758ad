<?php

declare(strict_types=1);

namespace Robofy\Tests;

use PHPUnit\Framework\TestCase;
use Robofy\Client;
use Robofy\Message;

/** Tests against the service at ROBOFY_BASE_URL: the stand-in, which does what a message with a "!" tells it to. */
abstract class ServiceTestCase extends TestCase
{
    /** Where the stand-in answers in events. */
    protected const STREAM = '/v1/ai-agent/events';

    protected static function client(mixed ...$options): Client
    {
        $usual = ['pid' => '31415', 'chatbotId' => 'DKDvwn', 'baseUrl' => self::url(), 'maxRetries' => 0];

        return new Client(...$options + $usual);
    }

    protected static function message(string $query, mixed ...$more): Message
    {
        return new Message($query, ...$more);
    }

    protected static function url(): string
    {
        return getenv('ROBOFY_BASE_URL') ?: self::fail('set ROBOFY_BASE_URL to the stand-in\'s URL');
    }

    /** @return array<string, int> what the stand-in counts; the request for it is one of the open connections */
    protected static function standin(): array
    {
        return json_decode(file_get_contents(self::url() . '/standin/stats'), true);
    }

    protected static function waitUntil(callable $condition): void
    {
        for ($waited = 0; !$condition(); $waited++) {
            self::assertLessThan(200, $waited, 'waited in vain');
            usleep(50_000);
        }
        self::assertTrue(true);
    }

    protected static function residentBytes(): int
    {
        return (int) explode(' ', file_get_contents('/proc/self/statm'))[1] * 4096;
    }

    /** How many bytes the process grows by in ten rounds, after two. */
    protected static function growth(callable $round): int
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
