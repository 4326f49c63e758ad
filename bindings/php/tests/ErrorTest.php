<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy;

final class ErrorTest extends ServiceTestCase
{
    public function testMessagesNameParametersAsPhpDoes(): void
    {
        $messages = [
            '/chatbotId$/' => fn () => self::client()->whatsappChat('!status=403'),
            '/baseUrl/' => fn () => self::client(baseUrl: 'http://127.0.0.1:1')->whatsappChat('Hello'),
            '/raise maxInFlight$/' => function (): void {
                $client = self::client(maxInFlight: 1);
                $client->whatsappSubmit(self::message('!delay-ms=60000'));
                $client->whatsappSubmit(self::message('Hello'));
            },
            '/^userContext names another session_id/' => fn () => self::client()->whatsappChat(
                'Hello',
                sessionId: '1',
                userContext: ['session_id' => '2'],
            ),
        ];
        foreach ($messages as $expected => $call) {
            try {
                $call();
                self::fail('nothing was thrown');
            } catch (Robofy\RobofyException $error) {
                self::assertMatchesRegularExpression($expected, $error->getMessage());
            }
        }
    }

    public function testAnErrorHasWhatTheServiceSaid(): void
    {
        try {
            self::client()->whatsappSend(self::message('!status=429 code=SLOW_DOWN detail=Too_fast. retry-after=7'));
            self::fail('nothing was thrown');
        } catch (Robofy\RateLimitedException $error) {
            self::assertSame(Robofy\Status::RateLimited, $error->status);
            self::assertSame(11, $error->getCode());
            self::assertSame(429, $error->httpStatus);
            self::assertSame('SLOW_DOWN', $error->serviceCode);
            self::assertSame('Too fast.', $error->detail);
            self::assertTrue($error->isRetryable);
            self::assertSame(7.0, $error->retryAfter);
            self::assertStringContainsString('SLOW_DOWN', $error->getMessage());
        }
    }

    /** @dataProvider failures */
    public function testEachStatusHasAClass(string $query, string $class, Robofy\Status $status, ?int $httpStatus): void
    {
        try {
            self::client()->whatsappSend(self::message($query, timeout: 5.0));
            self::fail('nothing was thrown');
        } catch (Robofy\RobofyException $error) {
            self::assertSame($class, $error::class);
            self::assertSame($status, $error->status);
            self::assertSame($httpStatus, $error->httpStatus);
        }
    }

    public function failures(): array
    {
        return [
            ['!status=400', Robofy\BadRequestException::class, Robofy\Status::BadRequest, 400],
            ['!status=401', Robofy\UnauthorizedException::class, Robofy\Status::Unauthorized, 401],
            ['!status=403', Robofy\ForbiddenException::class, Robofy\Status::Forbidden, 403],
            ['!status=404', Robofy\NotFoundException::class, Robofy\Status::NotFound, 404],
            ['!status=500', Robofy\ServerException::class, Robofy\Status::Server, 500],
            ['!not-json', Robofy\ProtocolException::class, Robofy\Status::Protocol, 200],
            ['!close=before', Robofy\InterruptedException::class, Robofy\Status::Interrupted, null],
        ];
    }

    public function testTheLibraryNamesEachStatus(): void
    {
        foreach (Robofy\Status::cases() as $status) {
            $name = strtolower(preg_replace('/(?<=[a-z])(?=[A-Z])/', '_', $status->name));
            self::assertSame($name, Robofy\Library::statusName($status->value));
        }
        self::assertSame('unknown', Robofy\Library::statusName(99));
    }

    public function testATimeoutEndsACall(): void
    {
        $this->expectException(Robofy\TimeoutException::class);
        self::client()->whatsappSend(self::message('!delay-ms=60000', timeout: 0.2));
    }

    public function testAServiceThatIsNotThere(): void
    {
        $this->expectException(Robofy\ConnectException::class);
        self::client(baseUrl: 'http://127.0.0.1:1')->whatsappSend(self::message('Hello'));
    }

    public function testAClosedClientRefusesCalls(): void
    {
        $client = self::client();
        $client->close();
        $client->close();

        $message = self::message('Hello');
        $uses = [
            fn () => $client->whatsappSend($message),
            fn () => $client->whatsappSubmit($message),
            fn () => $client->poll(0),
            fn () => $client->cancel(1),
            fn () => $client->pollStream(),
            fn () => $client->stats(),
        ];
        foreach ($uses as $use) {
            try {
                $use();
                self::fail('nothing was thrown');
            } catch (\LogicException $error) {
                self::assertStringContainsString('closed', $error->getMessage());
            }
        }
    }

    public function testAClientIsNeitherCopiedNorStored(): void
    {
        $client = self::client();
        foreach ([fn () => clone $client, fn () => serialize($client)] as $copy) {
            try {
                $copy();
                self::fail('a copy was made');
            } catch (\Throwable $error) {
                self::assertMatchesRegularExpression('/__clone|not allowed/', $error->getMessage());
            }
        }
    }
}
