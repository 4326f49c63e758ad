<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\Accept;
use Robofy\Dialect;
use Robofy\Event;
use Robofy\EventKind;
use Robofy\MediaPolicy;
use Robofy\Outcome;
use Robofy\OutcomeKind;
use Robofy\OverloadedException;
use Robofy\StorageException;

final class InboxTest extends InboxTestCase
{
    public function testABurstIsAnsweredOnce(): void
    {
        $inbox = self::inbox(2, join: ' ');
        self::assertSame(Accept::Queued, $inbox->offer(self::text('a', '!answer=**one**')));
        self::assertSame(Accept::Duplicate, $inbox->offer(self::text('a', '!answer=**one**')));
        self::assertNull($inbox->poll(0));
        self::assertSame(Accept::Queued, $inbox->offerText('106', '1555', 'b', 'headers=1'));
        $answer = self::next($inbox);

        self::assertSame([OutcomeKind::Answer, ['*one*'], ['a', 'b']], [$answer->kind, $answer->parts, $answer->messageIds]);
        $about = [$answer->sessionId, $answer->channelId, $answer->to, $answer->recipient, $answer->replyTo];
        self::assertSame(['1555', '106', '1555', null, 'b'], $about);
        self::assertSame('**one**', (string) $answer->reply);
        self::assertSame('b', json_decode($answer->request(0), true)['context']['message_id']);
        self::assertSame([null, null], [$answer->error, $answer->request(1)]);
        self::assertStringNotContainsString('one', print_r($answer, true));
        self::assertEquals($answer, unserialize(serialize($answer)));
        self::assertRefused('part', fn () => $inbox->sent($answer, 1));
        self::assertRefused('part', fn () => $inbox->failed($answer, -1, 100));
        $inbox->sent($answer, 0, 'ours');
        self::assertSame(Accept::Duplicate, $inbox->offerText('106', '1555', 'ours', 'our own'));
        self::assertSame([0, 1], [$inbox->stats()['pending'], $inbox->stats()['parts_sent']]);
    }

    public function testAPersonTakesOverAndGivesBack(): void
    {
        $inbox = self::inbox(1);
        $inbox->offer(self::text('a', '!delay-ms=500 answer=x'));
        $echo = ['from' => '1', 'to' => '1555', 'id' => 'e', 'timestamp' => '4102444800', 'type' => 'text', 'text' => ['body' => 'Ana']];
        self::assertSame(Accept::TookOver, $inbox->offer(self::event('smb_message_echoes', ['message_echoes' => [$echo]])));
        self::assertSame(Accept::Paused, $inbox->offer(self::text('b', '!answer=x')));
        self::assertSame(OutcomeKind::Expired, self::next($inbox)->kind);
        $inbox->resume('1555');
        self::assertSame(Accept::Queued, $inbox->offer(self::text('c', '!answer=x')));
        self::assertSame(['x'], self::next($inbox)->parts);
        $inbox->pause('1555', 3600);
        self::assertSame(Accept::Paused, $inbox->offer(self::text('d', '!answer=x')));
        $read = ['id' => 'a', 'status' => 'read', 'recipient_id' => '1555'];
        self::assertSame(Accept::Ignored, $inbox->offer(self::event('messages', ['statuses' => [$read]])));
    }

    public function testAPartThatFailsComesAgainOrIsGivenUp(): void
    {
        $inbox = self::inbox(1, limit: 100, fallback: 'Later.', fallbacks: ['Unauthorized' => 'Who?']);
        $inbox->offerText(null, '1', 'a', '!huge=250');
        $answer = self::next($inbox);
        self::assertCount(3, $answer->parts);
        $inbox->failed($answer, 0, 130429); // too many messages: all of it, later
        $again = self::next($inbox);
        self::assertSame($answer->parts, $again->parts);
        $inbox->failed($again, 0, 100); // a bad parameter: the rest, now
        $rest = self::next($inbox);
        self::assertSame(array_slice($answer->parts, 1), $rest->parts);
        $inbox->failed($rest, 0, 131026); // nothing can be sent to this user
        foreach (['!status=400 code=OOPS' => 'Later.', '!status=401' => 'Who?'] as $query => $text) {
            $inbox->offerText(null, '2', $query, $query);
            $fallback = self::next($inbox);
            self::assertSame([OutcomeKind::Fallback, [$text], null], [$fallback->kind, $fallback->parts, $fallback->reply]);
            self::assertSame($text === 'Later.' ? 'OOPS' : 'UNAUTHORIZED', $fallback->error->serviceCode);
            $inbox->sent($fallback, 0);
        }
    }

    public function testTypingHasARequestAndNoPart(): void
    {
        $words = ['stopWords' => ['stop', 'unsubscribe'], 'stopText' => 'Bye.', 'startWords' => ['start']];
        $media = ['media' => MediaPolicy::Reply, 'mediaText' => 'Text only.', 'dialect' => Dialect::Whatsapp];
        $inbox = self::inbox(1, ...$words, ...$media, typing: 60.0);
        $inbox->offerText(null, '1', 's', 'Unsubscribe');
        $notice = self::next($inbox);
        self::assertSame([OutcomeKind::Notice, ['Bye.']], [$notice->kind, $notice->parts]);
        $inbox->offerText(null, '2', 'f', '!delay-ms=60000');
        $typing = self::next($inbox);
        self::assertSame([OutcomeKind::Typing, []], [$typing->kind, $typing->parts]);
        self::assertStringContainsString('typing_indicator', $typing->request(0));
    }

    public function testARestartInMidBurstLosesNothing(): void
    {
        $path = "$this->folder/inbox";
        $first = self::inbox(2, path: $path);
        $first->offerText(null, '1', 'a', '!answer=one');
        try {
            self::inbox(2, path: $path);
            self::fail('nothing was thrown');
        } catch (StorageException $error) {
            self::assertStringContainsString($path, $error->getMessage());
        }
        $first->close();
        $second = self::inbox(2, path: $path);
        self::assertSame(1, $second->stats()['pending']);
        self::assertSame(Accept::Duplicate, $second->offerText(null, '1', 'a', '!answer=one'));
        $second->offerText(null, '1', 'c', 'headers=1');
        $unsent = self::next($second);
        unset($second);
        $third = self::inbox(2, path: $path);
        $again = self::next($third);
        self::assertSame([['a', 'c'], $unsent->reply->body], [$again->messageIds, $again->reply->body]);
        $third->sent($again, 0);
        self::assertSame(0, $third->stats()['pending']);
    }

    /** @dataProvider refused */
    public function testWhatCannotBeUsedIsNamed(string $words, array $options): void
    {
        self::assertRefused($words, fn () => self::inbox(1, ...$options));
    }

    public function refused(): array
    {
        return [
            ['maxMessages', ['maxMessages' => 0]],
            ['dedup', ['dedup' => 0.0]],
            ['quiet', ['quiet' => -1.0]],
            ['takeover', ['takeover' => NAN]],
            ['stopWords', ['stopWords' => [7]]],
            ['fallbacks has "Bad"', ['fallbacks' => ['Bad' => 'x']]],
            ['fallback contains a NUL', ['fallback' => "\0"]],
            ['media', ['media' => MediaPolicy::Reply]],
            ['chatbotId', ['chatbotId' => '']],
        ];
    }

    public function testWhatIsNotKeptIsThrown(): void
    {
        file_put_contents("$this->folder/file", 'x');
        try {
            self::inbox(1, path: "$this->folder/file");
            self::fail('nothing was thrown');
        } catch (StorageException $error) {
            self::assertStringContainsString("$this->folder/file", $error->getMessage());
        }
        $inbox = self::inbox(9, maxPending: 1);
        self::assertRefused('sessionId', fn () => $inbox->pause('1', 60));
        self::assertRefused('user', fn () => $inbox->offerText(null, '', 'a', 'Hi'));
        self::assertRefused('messageId', fn () => $inbox->offerText(null, '1', '', 'Hi'));
        self::assertRefused('event was not read', fn () => $inbox->offer(new Event(EventKind::Text, id: 'a', text: 'Hi')));
        self::assertRefused('outcome was not polled', fn () => $inbox->sent(new Outcome(OutcomeKind::Answer), 0));
        $inbox->offerText(null, '1', 'a', 'Hi');
        $this->expectException(OverloadedException::class);
        $this->expectExceptionMessage('maxPending');
        $inbox->offerText(null, '1', 'b', 'Hi');
    }
}
