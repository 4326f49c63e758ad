<?php

declare(strict_types=1);

namespace Robofy\Tests;

use PHPUnit\Framework\TestCase;
use Robofy\Channel;
use Robofy\Event;
use Robofy\Webhook;

/** The library's own cases of webhooks, of every channel and kind. */
final class WebhookCaseTest extends TestCase
{
    /** @dataProvider cases */
    public function testEveryBodyIsReadAsItsCaseSays(Channel $channel, string $body, array $events, int $skipped): void
    {
        $incoming = (new Webhook($channel))->read($body, null);

        self::assertEquals($events, array_map([self::class, 'told'], $incoming->events));
        self::assertSame($skipped, $incoming->skipped);
        foreach ($incoming as $event) {
            self::assertStringContainsString($event->body, $body);
            self::assertIsArray($channel === Channel::Twilio ? [] : $event->json());
        }
    }

    /** A file has cases of one channel; a form is written as a string. */
    public function cases(): \Generator
    {
        $files = glob(dirname(__DIR__, 3) . '/conversation/tests/webhook/*.json') ?: self::fail('there are no cases');
        foreach ($files as $file) {
            $channel = constant(Channel::class . '::' . ucfirst(strtok(basename($file, '.json'), '_')));
            // Not as arrays, where {} and [] are the same.
            foreach (json_decode(file_get_contents($file)) as $case) {
                $body = is_string($case->body) ? $case->body : json_encode($case->body);
                $events = array_map(static fn (object $event): array => (array) $event, $case->events);
                yield basename($file) . ": $case->name" => [$channel, $body, $events, $case->skipped ?? 0];
            }
        }
    }

    /** What an event has, by the names of the library's getters. */
    private static function told(Event $event): array
    {
        $told = [];
        foreach (get_object_vars($event) as $name => $value) {
            $told[strtolower(preg_replace('/[A-Z]/', '_$0', $name))] = $value;
        }
        $told['kind'] = strtoupper($event->kind->name);
        if ($event->timestamp !== null) {
            $told['timestamp_ms'] = (int) round($event->timestamp * 1000);
        }

        return array_filter(
            array_diff_key($told, ['body' => null, 'timestamp' => null]),
            static fn (mixed $value): bool => $value !== null,
        );
    }
}
