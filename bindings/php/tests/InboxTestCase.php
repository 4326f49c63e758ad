<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\Channel;
use Robofy\Event;
use Robofy\Inbox;
use Robofy\InvalidArgumentException;
use Robofy\Outcome;
use Robofy\Webhook;

/** Inboxes of the agent of the stand-in, each with a folder of its own. */
abstract class InboxTestCase extends ServiceTestCase
{
    /** What has not come by then does not come. */
    protected const PATIENCE = 60.0;

    protected string $folder;

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/robofy-inbox-' . bin2hex(random_bytes(6));
        mkdir($this->folder);
    }

    protected function tearDown(): void
    {
        foreach ([...glob("$this->folder/*/*"), ...glob("$this->folder/*"), $this->folder] as $path) {
            is_dir($path) ? rmdir($path) : unlink($path);
        }
    }

    /** The agent is asked when there are so many messages, and typing is not shown. */
    protected static function inbox(int $messages, mixed ...$options): Inbox
    {
        $usual = ['quiet' => 3000.0, 'maxWait' => 3000.0, 'typing' => 0.0];

        return new Inbox(self::client(), ...$options + $usual + ['maxMessages' => $messages]);
    }

    protected static function next(Inbox $inbox): Outcome
    {
        return $inbox->poll(self::PATIENCE) ?? self::fail('nothing came');
    }

    protected static function event(string $field, array $value): Event
    {
        $value['metadata'] = ['phone_number_id' => '106'];
        $body = json_encode(['entry' => [['changes' => [['field' => $field, 'value' => $value]]]]]);

        return (new Webhook(Channel::Meta))->read($body, null)->events[0];
    }

    protected static function text(string $id, string $text): Event
    {
        $message = ['from' => '1555', 'id' => $id, 'timestamp' => '4102444800', 'type' => 'text', 'text' => ['body' => $text]];

        return self::event('messages', ['messages' => [$message]]);
    }

    protected static function assertRefused(string $words, callable $call): void
    {
        try {
            $call();
            self::fail('nothing was thrown');
        } catch (InvalidArgumentException $error) {
            self::assertStringContainsString($words, $error->getMessage());
        }
    }
}
