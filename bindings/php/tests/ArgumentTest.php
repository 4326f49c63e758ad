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
        $this->expectExceptionMessageMatches("/$name/");
        self::client(...$options);
    }

    public function refusedOptions(): array
    {
        return [
            ['api_key', ['apiKey' => '']],
            ['api_key', ['apiKey' => "a\0b"]],
            ['base_url', ['baseUrl' => "http://127.0.0.1\0"]],
            ['base_url', ['baseUrl' => 'http://robofy.example']],
            ['timeout', ['timeout' => 0.0]],
            ['timeout', ['timeout' => NAN]],
            ['connect_timeout', ['connectTimeout' => -1.0]],
            ['max_retries', ['maxRetries' => -1]],
            ['max_retries', ['maxRetries' => 2 ** 32]],
            ['max_in_flight', ['maxInFlight' => 2 ** 32]],
            ['max_response_bytes', ['maxResponseBytes' => 0]],
            ['user_agent', ['userAgent' => "line\nbreak"]],
            ['ca_file', ['caFile' => '/no/such/file.pem']],
            ['rate_limit', ['rateLimit' => []]],
            ['rate_limit', ['rateLimit' => [0, 1]]],
            ['rate_limit', ['rateLimit' => ['30', 1]]],
        ];
    }

    /** @dataProvider refusedMessages */
    public function testABadMessageIsRefusedByName(string $name, array $arguments): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessageMatches("/$name/");
        self::client()->whatsappChat(...$arguments + ['pid' => '1', 'chatbotId' => '2', 'query' => 'Hello']);
    }

    public function refusedMessages(): array
    {
        return [
            ['pid', ['pid' => '']],
            ['chatbot_id', ['chatbotId' => "\0"]],
            ['query', ['query' => "Hel\0lo"]],
            ['query', ['query' => "\xFF"]],
            ['session_id', ['sessionId' => "9\0"]],
            ['timeout', ['timeout' => INF]],
            ['user_context', ['userContext' => ['a', 'b']]],
            ['user_context', ['userContext' => ['text' => "\xFF"]]],
            ['platform', ['userContext' => ['platform' => 'web']]],
        ];
    }

    public function testAWrongTypeIsATypeError(): void
    {
        $this->expectException(\TypeError::class);
        self::client()->whatsappChat('1', '2', null);
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

    public function testTheKeyIsInNoTrace(): void
    {
        try {
            new Client('the-secret-key', baseUrl: 'ftp://127.0.0.1');
            self::fail('nothing was thrown');
        } catch (InvalidArgumentException $error) {
            self::assertStringNotContainsString('the-secret-key', $error->getMessage() . print_r($error->getTrace()[0]['args'] ?? [], true));
        }
    }
}
