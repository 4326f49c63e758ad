<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\RobofyException;
use Robofy\Upload;

/** The contract's promises of the calls beside the endpoint for WhatsApp messages. */
trait ContractCalls
{
    private function requests(array $case): void
    {
        $ask = fn () => self::client()->request($case['method'], $case['path'], $case['query'] ?? [], $case['body'] ?? null);
        if (isset($case['status'])) {
            self::assertIs($case, self::failure($ask));

            return;
        }
        $received = $ask()->data();
        self::assertSame([$case['method'], $case['path']], [$received['method'], $received['path']]);
        self::assertSame($case['query'] ?? [], array_column($received['query'], 1, 0));
        self::assertSame($case['body'] ?? null, json_decode($received['body'], true));
    }

    private function uploads(array $case): void
    {
        mkdir($directory = sys_get_temp_dir() . '/' . uniqid('robofy-'));
        $file = "$directory/{$case['file_name']}";
        file_put_contents($file, $case['content']);
        try {
            $uploads = [
                (new Upload())->addBytes('file', $case['content'], $case['file_name']),
                (new Upload())->addFile('file', $file),
            ];
            foreach ($uploads as $upload) {
                $received = self::client()->upload($case['path'], $upload)->data()['body'];
                self::assertStringContainsString("filename=\"{$case['file_name']}\"", $received);
                self::assertStringContainsString($case['content'], $received);
                self::assertGreaterThan(0, $upload->total());
                self::assertSame($upload->total(), $upload->sent());
            }
        } finally {
            unlink($file);
            rmdir($directory);
        }
    }

    private function lists(array $case): void
    {
        $client = self::client();
        $settings = $client->agentSettings();

        self::assertSame($case['leads'], array_column(iterator_to_array($client->leads()), 'name'));
        self::assertSame($case['sessions'], array_column($client->sessions(), 'sessionId'));
        self::assertSame([$case['temperature'], $case['key']], [$settings->temperature, $settings->llmApiKey()]);
        self::assertSame($case['key'], $settings->all()['llm_api_key']);
        ob_start();
        var_dump($settings, [$settings]);
        debug_zval_dump($settings);
        $texts = ob_get_clean() . print_r($settings, true) . var_export($settings, true) . json_encode($settings);
        self::assertStringContainsString($case['temperature'], $texts);
        self::assertStringNotContainsString($case['key'], $texts);
    }

    private function streams(array $case): void
    {
        $stream = self::client()->stream(self::STREAM, self::message($case['query']));
        $read = fn () => iterator_to_array($stream);
        isset($case['status']) ? self::assertIs($case, self::failure($read)) : $read();

        self::assertSame([$case['answer'], $case['session']], [$stream->text(), $stream->sessionId() !== null]);
    }

    private function streamCancel(array $case): void
    {
        $stream = self::client()->stream(self::STREAM, self::message($case['query']));
        while ($stream->text() !== $case['answer']) {
            self::assertNotNull($stream->next());
        }
        $start = hrtime(true);
        self::assertTrue($stream->cancel());
        self::assertIs($case, self::failure(fn () => $stream->next()));
        self::assertWithin($case, $start);
    }
}
