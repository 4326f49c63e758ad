<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\Client;
use Robofy\InvalidArgumentException;

final class ArgumentTest extends ServiceTestCase
{
    /** @dataProvider refusedOptions */
    public function testABadOptionIsRefusedByName(string $name, array $options): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessageMatches("/^$name\\b/");
        self::client(...$options);
    }

    public function refusedOptions(): array
    {
        return [
            ['apiKey', ['apiKey' => '']],
            ['apiKey', ['apiKey' => "a\0b"]],
            ['baseUrl', ['baseUrl' => "http://127.0.0.1\0"]],
            ['baseUrl', ['baseUrl' => 'http://robofy.example']],
            ['timeout', ['timeout' => 0.0]],
            ['timeout', ['timeout' => NAN]],
            ['connectTimeout', ['connectTimeout' => -1.0]],
            ['maxRetries', ['maxRetries' => -1]],
            ['maxRetries', ['maxRetries' => 2 ** 32]],
            ['maxInFlight', ['maxInFlight' => 2 ** 32]],
            ['maxResponseBytes', ['maxResponseBytes' => 0]],
            ['userAgent', ['userAgent' => "line\nbreak"]],
            ['userAgent', ['userAgent' => "\xFF"]],
            ['caFile', ['caFile' => '/no/such/file.pem']],
            ['rateLimit', ['rateLimit' => []]],
            ['rateLimit', ['rateLimit' => [0, 1]]],
            ['rateLimit', ['rateLimit' => ['30', 1]]],
        ];
    }

    /** @dataProvider refusedMessages */
    public function testABadMessageIsRefusedByName(string $name, array $arguments): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessageMatches("/^$name\\b/");
        self::client()->whatsappChat(...$arguments + ['pid' => '1', 'chatbotId' => '2', 'query' => 'Hello']);
    }

    public function refusedMessages(): array
    {
        return [
            ['pid', ['pid' => '']],
            ['chatbotId', ['chatbotId' => "\0"]],
            ['query', ['query' => "Hel\0lo"]],
            ['pid', ['pid' => "\xFF"]],
            ['sessionId', ['sessionId' => "9\0"]],
            ['timeout', ['timeout' => INF]],
            ['userContext', ['userContext' => ['a', 'b']]],
            ['userContext', ['userContext' => ['number' => NAN]]],
            ['userContext', ['userContext' => ['platform' => 'web']]],
        ];
    }

    public function testAWrongTypeIsATypeError(): void
    {
        $this->expectException(\TypeError::class);
        self::client()->whatsappChat(null);
    }

    public function testEveryOptionReachesTheLibrary(): void
    {
        $client = self::client(
            timeout: 5.0,
            connectTimeout: 1.0,
            maxRetries: 1,
            retryAmbiguous: true,
            proxy: '',
            userAgent: 'php-test/1',
            maxResponseBytes: 300,
            maxInFlight: 1,
            orderedSessions: true,
            rateLimit: [60_000, 1000],
        );

        self::assertSame(2, $client->whatsappSend(self::message('!status=500 fails=1', sessionId: uniqid()))->attempts);
        $this->expectExceptionMessageMatches('/300/');
        $client->whatsappSend(self::message('!huge=1000'));
    }

    /** @requires PHP >= 8.2 */
    public function testTheKeyAndTheProxysPasswordAreInNoTrace(): void
    {
        $ignored = ini_set('zend.exception_ignore_args', '0');
        foreach ([['a-secret', 'not a-secret'], ["a-secret\0", null], ['a-secret', "a-secret\0"]] as [$key, $proxy]) {
            try {
                new Client($key, proxy: $proxy);
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
}
