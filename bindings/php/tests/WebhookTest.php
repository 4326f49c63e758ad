<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\Channel;
use Robofy\Event;
use Robofy\EventKind;
use Robofy\InvalidArgumentException;
use Robofy\SignatureException;
use Robofy\Status;
use Robofy\Webhook;

final class WebhookTest extends ServiceTestCase
{
    private const SECRET = "an app's s\u{E9}cret";
    // As Meta writes it: ASCII alone, and a slash escaped. One message has nobody who sent it.
    private const BODY = '{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{'
        . '"metadata":{"phone_number_id":"106"},"contacts":[{"profile":{"name":"Ren\u00e9"},"wa_id":"1650"}],'
        . '"messages":[{"from":"1650","id":"wamid.1","timestamp":"1749416383","type":"text",'
        . '"text":{"body":"caf\u00e9 \ud83d\udc4b \/"}},{"type":"text"}],'
        . '"statuses":[{"id":"wamid.2","status":"failed","recipient_id":"1650","errors":[{"code":131026}]}]}}]}]}';
    private const URL = 'https://bot.example.com/twilio?tenant=7';

    private static function signed(string $body = self::BODY, string $secret = self::SECRET): string
    {
        return 'sha256=' . hash_hmac('sha256', $body, $secret);
    }

    public function testWhatCameInIsTold(): void
    {
        $incoming = (new Webhook(Channel::Meta, self::SECRET))->read(self::BODY, self::signed());

        self::assertSame([2, 1], [count($incoming), $incoming->skipped]);
        [$message, $status] = iterator_to_array($incoming);
        self::assertEquals(new Event(
            EventKind::Text,
            id: 'wamid.1',
            sessionId: '1650',
            channelId: '106',
            phone: '1650',
            name: "Ren\u{E9}",
            type: 'text',
            text: "caf\u{E9} \u{1F44B} /",
            timestamp: 1749416383.0,
            body: $message->body,
        ), $message);
        self::assertSame($message->text, $message->json()['text']['body']);
        self::assertSame([EventKind::Status, 'failed', 131026], [$status->kind, $status->status, $status->errorCode]);
        self::assertSame([null, null], [$status->text, $status->timestamp]);
        $this->expectException(\Error::class);
        $message->text = 'another';
    }

    /** @dataProvider signatures */
    public function testEachChannelsSignatureIsRightForItsBodyAlone(
        Channel $channel,
        string $signature,
        string $body,
        ?string $url = null,
    ): void {
        self::assertNotEmpty((new Webhook($channel, 'an older one', self::SECRET))->read($body, $signature, $url)->events);
        $this->expectException(SignatureException::class);
        (new Webhook($channel, 'another'))->read($body, $signature, $url);
    }

    public function signatures(): array
    {
        $base64 = static fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
        $token = $base64('{"alg":"HS256"}') . '.' . $base64(json_encode(['exp' => time() + 600]));
        $token .= '.' . $base64(hash_hmac('sha256', $token, self::SECRET, true));
        $form = ['Body' => "caf\u{E9} & 100%", 'From' => 'whatsapp:+1650', 'MessageSid' => 'SM1'];
        $pairs = implode(array_map(static fn (string $name): string => $name . $form[$name], array_keys($form)));
        $twilio = base64_encode(hash_hmac('sha1', self::URL . $pairs, self::SECRET, true));
        $waha = '{"event":"session.status","session":"s"}';

        return [
            'Meta' => [Channel::Meta, self::signed(), self::BODY],
            'WAHA' => [Channel::Waha, hash_hmac('sha512', $waha, self::SECRET), $waha],
            'Evolution API' => [Channel::Evolution, "Bearer $token", '{"event":"connection.update"}'],
            'Twilio' => [Channel::Twilio, $twilio, http_build_query($form), self::URL],
        ];
    }

    /** @dataProvider strangers */
    public function testAStrangersSignatureIsRefused(?string $signature): void
    {
        try {
            (new Webhook(Channel::Meta, self::SECRET))->read(self::BODY, $signature);
            self::fail('nothing was thrown');
        } catch (SignatureException $error) {
            self::assertSame([Status::Signature, false], [$error->status, $error->isRetryable]);
            self::assertStringContainsString('signature', $error->getMessage());
            self::assertStringNotContainsString(self::SECRET, $error->getMessage());
        }
    }

    public function strangers(): array
    {
        return [
            [null], [''], ['sha256='], [substr(self::signed(), 7)], [self::signed(secret: 'another')],
            [self::signed() . "\0"], ["\0" . self::signed()], ["\xFF"], [strtoupper(self::signed())],
        ];
    }

    /** @dataProvider unreadable */
    public function testABodyThatCannotBeReadSaysWhy(string $body, string $words): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessageMatches("/^body .*$words/");
        (new Webhook(Channel::Meta))->read($body, null);
    }

    public function unreadable(): array
    {
        return [
            ['', 'not JSON'],
            ["{}\0", 'not JSON'],
            ["\0", 'not JSON'],
            ["\"\xFF\"", 'not UTF-8'],
            [str_repeat('[', 999), 'nests deeper'],
            [str_repeat(' ', (3 << 20) + 1), 'larger'],
        ];
    }

    public function testNulsAndBytesOfNoTextAreSignedToo(): void
    {
        $this->expectException(InvalidArgumentException::class);
        (new Webhook(Channel::Meta, self::SECRET))->read("{\0\xFF", self::signed("{\0\xFF"));
    }

    /** @dataProvider refusedSecrets */
    public function testABadSecretIsRefusedAtOnce(string $words, string ...$secrets): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessage($words);
        new Webhook(Channel::Meta, ...$secrets);
    }

    public function refusedSecrets(): array
    {
        return [
            ['secret must not be empty', ''],
            ['secret must not be empty', 'old', ''],
            ['secret contains a NUL at byte 1', "a\0"],
            ['secret is not valid UTF-8', 'old', "\xFF"],
        ];
    }

    /** @dataProvider wrongTypes */
    public function testAWrongTypeIsATypeError(callable $call): void
    {
        $this->expectException(\TypeError::class);
        $call();
    }

    public function wrongTypes(): array
    {
        return [
            [fn () => new Webhook('meta')],
            // As getenv() gives what is not set.
            [fn () => new Webhook(Channel::Meta, false)],
            [fn () => (new Webhook(Channel::Meta))->read(null, null)],
            [fn () => (new Webhook(Channel::Meta))->read('{}', 7)],
            [fn () => (new Webhook(Channel::Meta))->challenge('', null)],
        ];
    }

    public function testTheHandshakeIsAnswered(): void
    {
        $webhook = new Webhook(Channel::Meta, self::SECRET);
        $query = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me+%26+you';

        self::assertSame('1158201444', $webhook->challenge($query, 'me & you'));
        self::assertNull($webhook->challenge($query, 'another'));
        self::assertNull($webhook->challenge($query, ''));
        self::assertNull($webhook->challenge("$query\0", 'me & you'));
    }

    public function testSecretsAreNeitherShownNorCopied(): void
    {
        $webhook = new Webhook(Channel::Meta, self::SECRET, 'another');
        self::assertSame(['channel' => Channel::Meta], $webhook->__debugInfo());
        $shown = print_r($webhook, true) . var_export($webhook, true) . json_encode($webhook);
        self::assertDoesNotMatchRegularExpression("/cret|another/", $shown);
        foreach ([static fn () => serialize($webhook), static fn () => clone $webhook] as $copy) {
            try {
                $copy();
                self::fail('nothing was thrown');
            } catch (\Throwable $error) {
                self::assertStringNotContainsString('nothing was thrown', $error->getMessage());
            }
        }
        $incoming = $webhook->read(self::BODY, self::signed());
        self::assertEquals($incoming, unserialize(serialize($incoming)));
    }

    public function testABodyWithHalfAnEmojiIsParsed(): void
    {
        $body = str_replace('\ud83d\udc4b', '\ud83d\udc4b \ud83d \\\\ud83d \udc4b', self::BODY);
        [$message] = (new Webhook(Channel::Meta))->read($body, null)->events;

        self::assertSame("caf\u{E9} \u{1F44B} \u{FFFD} \\ud83d \u{FFFD} /", $message->text);
        self::assertSame($message->text, $message->json()['text']['body']);
    }

    public function testADumpOfAnEventHasNoBody(): void
    {
        $body = '{"event":"connection.update","instance":"shop","data":{},"apikey":"hidden"}';
        $incoming = (new Webhook(Channel::Evolution, 'hidden'))->read($body, null);

        self::assertSame('hidden', $incoming->events[0]->json()['apikey']);
        self::assertStringContainsString('shop', print_r($incoming, true));
        self::assertStringNotContainsString('hidden', print_r($incoming, true));
    }

    /** @requires PHP >= 8.2 */
    public function testSecretsAreInNoTrace(): void
    {
        $ignored = ini_set('zend.exception_ignore_args', '0');
        foreach ([["a-secret\0", 'x'], ['a-secret', ''], ['a-secret', "\xFF"]] as $secrets) {
            try {
                new Webhook(Channel::Meta, ...$secrets);
                self::fail('nothing was thrown');
            } catch (InvalidArgumentException $error) {
                // This test's own frames follow.
                $frames = array_search(__CLASS__, array_column($error->getTrace(), 'class'));
                $arguments = array_column(array_slice($error->getTrace(), 0, $frames), 'args');
                self::assertNotEmpty($arguments);
                self::assertStringNotContainsString('a-secret', $error->getMessage() . print_r($arguments, true));
            }
        }
        ini_set('zend.exception_ignore_args', $ignored);
    }

    public function testAClosedWebhookIsRefusedAndWhatItHasReadStays(): void
    {
        $webhook = new Webhook(Channel::Meta, self::SECRET);
        $incoming = $webhook->read(self::BODY, self::signed());
        $webhook->close();

        self::assertSame("caf\u{E9} \u{1F44B} /", $incoming->events[0]->text);
        $this->expectException(\LogicException::class);
        $webhook->read(self::BODY, self::signed());
    }

    public function testThousandsOfWebhooksLeaveNothing(): void
    {
        $large = str_replace('"from"', '"x":"' . str_repeat('x', 20_000) . '","from"', self::BODY);
        $some = function () use ($large): void {
            for ($time = 0; $time < 100; $time++) {
                $webhook = new Webhook(Channel::Meta, str_repeat('x', 4000), self::SECRET);
                self::assertCount(2, $webhook->read($large, self::signed($large)));
                try {
                    $webhook->read($large, 'sha256=');
                    self::fail('nothing was thrown');
                } catch (SignatureException) {
                }
            }
        };
        self::assertLessThan(8_000_000, self::growth($some));
    }
}
