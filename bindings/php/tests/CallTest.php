<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\AgentSettings;
use Robofy\CancelledException;
use Robofy\InvalidArgumentException;
use Robofy\ProtocolException;
use Robofy\RobofyException;
use Robofy\Upload;

final class CallTest extends ServiceTestCase
{
    public function testAResponseHasWhatCame(): void
    {
        $response = self::client()->request('POST', '/v1/ai-agent/any', ['page' => 2, 'all' => true], ['list' => [1.0, []]]);

        self::assertSame([200, 1], [$response->status, $response->attempts]);
        self::assertGreaterThan(0, $response->elapsed);
        self::assertSame('application/json', $response->header('Content-TYPE'));
        self::assertNull($response->header('x-none'));
        self::assertSame($response->data(), $response->json()['data']);
        self::assertSame([['page', '2'], ['all', 'true']], $response->data()['query']);
        self::assertSame('{"list":[1.0,[]]}', $response->data()['body']);
        self::assertStringNotContainsString('list', print_r($response, true) . var_export($response, true));
    }

    public function testABodyMayHoldANul(): void
    {
        $server = stream_socket_server('tcp://127.0.0.1:0');
        $client = self::client(baseUrl: 'http://' . stream_socket_get_name($server, false));
        $client->requestSubmit('GET', '/v1/projects');
        $connection = stream_socket_accept($server, 60);
        self::assertStringStartsWith('GET /v1/projects', fread($connection, 4096));
        fwrite($connection, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\0b");

        self::assertSame("a\0b", $client->poll()->response()->body());
    }

    public function testABodyNeedsNoEnvelopeAndHasABound(): void
    {
        $client = self::client();
        $directed = fn (string $line) => $client->request('GET', '/v1/projects', ['standin' => $line]);

        self::assertSame(['no JSON', null], [($text = $directed('raw=no JSON'))->body(), $text->data()]);
        self::assertSame(['', null], [($none = $directed('status=204'))->body(), $none->data()]);
        $this->expectException(ProtocolException::class);
        $client->request('GET', '/v1/projects', ['standin' => 'huge=2000'], maxResponseBytes: 1000);
    }

    /** @dataProvider refused */
    public function testABadArgumentIsRefusedByName(string $name, callable $call): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessageMatches('/^' . preg_quote($name) . '/');
        $call(self::client());
    }

    public function refused(): array
    {
        return [
            ['method', fn ($client) => $client->request('BREW', '/v1/projects')],
            ['method', fn ($client) => $client->request("GET\0", '/v1/projects')],
            ['path', fn ($client) => $client->request('GET', 'https://other.example/')],
            ['path', fn ($client) => $client->stream('/../a', self::message('Hi'))],
            ["query['a']", fn ($client) => $client->request('GET', '/v1/projects', ['a' => "\0"])],
            ['body', fn ($client) => $client->request('PUT', '/v1/projects', body: NAN)],
            ['timeout', fn ($client) => $client->request('GET', '/v1/projects', timeout: 0.0)],
            ['maxResponseBytes', fn ($client) => $client->request('GET', '/v1/projects', maxResponseBytes: 0)],
            ['upload', fn ($client) => $client->upload('/v1/ai-agent/files', new Upload())],
            ['fileName', fn ($client) => $client->upload('/v1/a', (new Upload())->addBytes('file', 'x', "a\r\n"))],
            ['fileName', fn () => (new Upload())->addBytes('file', 'x', "\0")],
            ['pid', fn ($client) => $client->agentSettings(pid: '..')],
            ['chatbotId', fn ($client) => $client->leads(chatbotId: "\0")],
            ['platform', fn ($client) => $client->chatSend(self::message('Hi', platform: ''))],
        ];
    }

    public function testAWrongTypeIsATypeError(): void
    {
        $this->expectException(\TypeError::class);
        $this->expectExceptionMessageMatches("/^query\\['a'\\]/");
        self::client()->request('GET', '/v1/projects', ['a' => 1.5]);
    }

    public function testAUserOfAnyPlatformChats(): void
    {
        $client = self::client();
        $sent = fn ($reply): array => json_decode($reply->answer, true)['user_context'];

        self::assertSame('web', $sent($client->chatSend(self::message('!echo')))['platform']);
        $client->chatSubmit(self::message('!echo', platform: 'kiosk'));
        self::assertSame('kiosk', $sent($client->poll()->reply())['platform']);
    }

    public function testRequestsAndUploadsAreSubmitted(): void
    {
        $client = self::client();
        $upload = (new Upload())->addText('chatbot_id', 'DKDvwn')->addBytes('file', "a\0b", 'a.bin', 'x/y');
        $tags = [
            $client->requestSubmit('GET', '/v1/projects'),
            $client->uploadSubmit('/v1/ai-agent/files', $upload),
            $client->requestSubmit('GET', '/v1/projects', ['standin' => 'delay-ms=60000']),
        ];
        self::assertTrue($client->cancel($tags[2]));
        $completions = [];
        while (($completion = $client->poll()) !== null) {
            $completions[$completion->tag] = $completion;
        }

        self::assertSame('GET', $completions[$tags[0]]->response()->data()['method']);
        self::assertStringContainsString("a\0b", $completions[$tags[1]]->response()->data()['body']);
        self::assertSame($upload->total(), $upload->sent());
        self::assertInstanceOf(CancelledException::class, $completions[$tags[2]]->error);
        $this->expectException(\LogicException::class);
        $completions[$tags[0]]->reply();
    }

    public function testProgressCanBeReadWhileAFileIsSent(): void
    {
        $client = self::client();
        $upload = (new Upload())->addBytes('file', str_repeat('x', 1 << 20), 'large.bin');
        self::assertSame(0, $upload->total());
        $client->uploadSubmit('/v1/ai-agent/files', $upload);
        while (($completion = $client->poll(0.01)) === null) {
            self::assertLessThanOrEqual($upload->total(), $upload->sent());
        }
        self::assertGreaterThan(1 << 20, $upload->sent());
        $completion->response();
    }

    public function testLeadsAreAskedForPageByPage(): void
    {
        $client = self::client();
        $before = $client->stats()['answered'];
        foreach ($client->leads() as $lead) {
            self::assertSame('Lead 0', $lead['name']);
            break;
        }
        self::assertSame($before + 1, $client->stats()['answered']);
        self::assertSame([], iterator_to_array($client->leads(pid: 'empty')));
        $this->expectException(ProtocolException::class);
        iterator_to_array($client->leads(pid: 'loop'));
    }

    public function testLeadsOfAClosedClientAreRefused(): void
    {
        $client = self::client();
        $leads = $client->leads();
        $leads->current();
        $client->close();
        $this->expectExceptionMessageMatches('/closed/');
        iterator_to_array($leads);
    }

    public function testSettingsAreNotStored(): void
    {
        $this->expectExceptionMessageMatches('/not allowed/');
        serialize(new AgentSettings(llmApiKey: 'secret'));
    }

    public function testCallsLeaveNothing(): void
    {
        $client = self::client();
        $some = function () use ($client): void {
            for ($call = 0; $call < 100; $call++) {
                $client->request('GET', '/v1/projects', ['standin' => 'huge=20000'])->data();
                $client->upload('/v1/ai-agent/files', (new Upload())->addBytes('file', str_repeat('x', 20_000), 'x'));
                iterator_to_array($client->leads());
                $client->sessions();
                $client->agentSettings();
                iterator_to_array($client->stream(self::STREAM, self::message('!huge=20000')));
                try {
                    $client->request('GET', '/v1/projects', ['standin' => 'status=404 detail=' . str_repeat('x', 4000)]);
                } catch (RobofyException) {
                }
            }
        };
        self::assertLessThan(8_000_000, self::growth($some));
    }
}
