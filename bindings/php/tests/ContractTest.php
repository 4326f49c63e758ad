<?php

declare(strict_types=1);

namespace Robofy\Tests;

use Robofy\Client;
use Robofy\InvalidArgumentException;
use Robofy\Library;
use Robofy\Loading;
use Robofy\Pool;
use Robofy\RobofyException;

/** The promises that all bindings make, with the cases of bindings/contract/contract.json. */
final class ContractTest extends ServiceTestCase
{
    private const PROGRAM = <<<'PHP'
        require 'autoload.php';
        $client = new Robofy\Client(pid: '31415', chatbotId: 'DKDvwn', baseUrl: getenv('ROBOFY_BASE_URL'));
        PHP;

    use ContractCalls;

    /** @dataProvider promises */
    public function testAPromiseIsKept(string $id, array $cases): void
    {
        foreach ($cases as $case) {
            isset($case['needs']) || $this->{lcfirst(str_replace('_', '', ucwords($id, '_')))}($case);
        }
        $results = getenv('ROBOFY_CONTRACT_RESULTS');
        $results && file_put_contents($results, "$id\n", FILE_APPEND);
    }

    public function promises(): iterable
    {
        $text = file_get_contents(getenv('ROBOFY_CONTRACT') ?: __DIR__ . '/../../contract/contract.json');
        // json_decode() refuses half a surrogate pair, which is in cases that a string cannot hold.
        $text = preg_replace('/(?<!\\\\)\\\\ud[89a-f][0-9a-f]{2}/i', '?', $text);
        foreach (json_decode($text, true, flags: JSON_THROW_ON_ERROR)['promises'] as $promise) {
            yield $promise['id'] => [$promise['id'], $promise['cases'] ?? [[]]];
        }
    }

    private function typedErrors(array $case): void
    {
        $client = self::client(baseUrl: $case['base_url'] ?? self::url());
        $timeout = isset($case['timeout_ms']) ? $case['timeout_ms'] / 1000 : null;
        $error = self::failure(fn () => $client->whatsappChat($case['query'], timeout: $timeout));

        self::assertIs($case, $error);
    }

    private function texts(array $case): void
    {
        self::assertArrives($case['arrives'], $case['query']);
    }

    private function invalidUtf8(array $case): void
    {
        self::assertArrives($case['arrives'], pack('C*', ...$case['query_bytes']));
    }

    private function nul(array $case): void
    {
        $client = self::client();
        $error = self::failure(fn () => $client->whatsappChat($case['query']));

        self::assertSame($case['status'], Library::statusName($error->status->value));
        self::assertStringContainsString($case['names'], $error->getMessage());
        self::assertSame(0, array_sum($client->stats()['failed']));
    }

    private function answers(array $case): void
    {
        $ask = fn () => self::client()->whatsappChat($case['query']);
        if (isset($case['answer'])) {
            self::assertSame($case['answer'], $ask()->answer);

            return;
        }
        $error = self::failure($ask);
        self::assertSame($case['status'], Library::statusName($error->status->value));
        self::assertSame($case['http_status'], $error->httpStatus);
    }

    private function many(array $case): void
    {
        $messages = [];
        for ($number = 0; $number < $case['chats']; $number++) {
            $messages[] = self::message(str_replace('{n}', (string) $number, $case['query']));
        }
        $start = hrtime(true);
        foreach ((new Pool(self::client(), $case['chats']))->chats($messages) as $number => $completion) {
            self::assertSame((string) $number, $completion->reply()->answer);
            unset($messages[$number]);
        }
        self::assertSame([], $messages);
        self::assertWithin($case, $start);
    }

    private function order(array $case): void
    {
        $messages = array_map(fn (string $query) => self::message($query, $case['session_id']), $case['queries']);
        $answers = [];
        foreach ((new Pool(self::client(orderedSessions: true)))->chats($messages) as $completion) {
            $answers[] = $completion->reply()->answer;
        }
        self::assertSame($case['answers'], $answers);
    }

    private function cancel(array $case): void
    {
        $client = self::client();
        $tag = $client->whatsappSubmit(self::message($case['query']));
        usleep(1000 * $case['after_ms']);
        $start = hrtime(true);

        self::assertTrue($client->cancel($tag));
        self::assertSame($case['status'], Library::statusName($client->poll()->error->status->value));
        self::assertWithin($case, $start);
    }

    private function overloaded(array $case): void
    {
        $client = self::client(maxInFlight: $case['max_in_flight']);
        $client->whatsappSubmit(self::message($case['first']));
        $refused = uniqid($case['query'], true);
        $error = self::failure(fn () => $client->whatsappSubmit(self::message($refused)));

        self::assertSame($case['status'], Library::statusName($error->status->value));
        self::assertSame('first', $client->poll()->reply()->answer);
        $queries = array_column(array_column(self::received(), 'body'), 'query');
        self::assertContains($case['first'], $queries);
        self::assertNotContains($refused, $queries);
    }

    private function closed(): void
    {
        $client = self::client();
        $client->close();
        $client->close();
        try {
            $client->whatsappChat('Hello');
            self::fail('nothing was thrown');
        } catch (\LogicException $error) {
            self::assertStringContainsString('closed', $error->getMessage());
        }
    }

    private function fork(): void
    {
        $client = self::client();
        $client->whatsappChat('Hello');
        $child = pcntl_fork();
        if ($child === 0) {
            // Without PHPUnit's own end.
            posix_kill(getmypid(), $client->whatsappChat('!answer=child')->answer === 'child' ? SIGKILL : SIGABRT);
        }
        pcntl_waitpid($child, $status);
        self::assertSame(SIGKILL, pcntl_wtermsig($status), 'the child did not end as it should');
    }

    private function exit(array $case): void
    {
        $start = hrtime(true);
        $message = "new Robofy\\Message('{$case['query']}')";
        $program = self::program("\$client->whatsappSubmit($message); usleep(200000); exit(7);");

        self::assertSame(7, proc_close($program));
        self::assertWithin($case, $start);
    }

    private function interrupt(array $case): void
    {
        $program = self::program("echo \"begun\\n\"; \$client->whatsappChat('{$case['query']}');", $output);
        self::assertSame("begun\n", fgets($output));
        usleep(1000 * $case['after_ms']);
        $start = hrtime(true);
        proc_terminate($program, SIGINT);
        stream_get_contents($output);
        self::assertWithin($case, $start);
    }

    private function leak(array $case): void
    {
        $client = self::client();
        $large = str_repeat('x', 4000);
        $part = function () use ($client, $large, $case): void {
            for ($chat = 0; $chat < $case['chats'] / 20; $chat++) {
                $client->whatsappChat('!huge=4000');
                self::failure(fn () => $client->whatsappChat("!status=401 detail=$large"));
            }
            for ($number = 0; $number < $case['clients'] / 10; $number++) {
                self::client()->whatsappChat('Hello');
            }
        };
        self::assertLessThan($case['grows_mb'] * 1_000_000, self::growth($part));
    }

    private function credentials(array $case): void
    {
        $agent = ['pid' => 'once-pid', 'chatbotId' => 'once-chatbot', 'baseUrl' => self::url()];
        $before = getenv('ROBOFY_API_KEY');
        try {
            putenv('ROBOFY_API_KEY=the-environments');
            self::assertSends(new Client(...$agent), ['the-environments', 'once-pid', 'once-chatbot']);
            self::assertSends(new Client('given', ...$agent), ['given', 'own-pid', 'once-chatbot'], pid: 'own-pid');
            foreach (['', "={$case['environments_key']}"] as $none) {
                putenv("ROBOFY_API_KEY$none");
                $error = self::failure(fn () => new Client(...$agent));
                self::assertSame($case['status'], Library::statusName($error->status->value));
                self::assertStringContainsString("set {$case['names']}", $error->getMessage());
            }
        } finally {
            putenv("ROBOFY_API_KEY=$before");
        }
        $error = self::failure(fn () => self::client(chatbotId: null)->whatsappChat('Hello'));
        self::assertInstanceOf(InvalidArgumentException::class, $error);
        self::assertStringContainsString('chatbotId is missing', $error->getMessage());
    }

    private function loading(): void
    {
        $directory = sys_get_temp_dir() . '/' . uniqid('robofy-');
        mkdir("$directory/system", recursive: true);
        $package = dirname(__DIR__);
        exec("cp -r $package/src $package/autoload.php $directory");
        $wrong = "$directory/system/librobofy.so.0";
        exec("echo 'const char *robofy_version(void) { return \"9.8.7\"; }' | cc -shared -x c -o $wrong -");
        $load = function (string $chosen) use ($directory): string {
            $code = "require '$directory/autoload.php'; try { echo Robofy\\Library::version(); }"
                . ' catch (Robofy\RobofyException $e) { echo $e->getMessage(); }';
            $variables = ['ROBOFY_LIBRARY' => $chosen, 'LD_LIBRARY_PATH' => "$directory/system"];

            [$process, $output] = self::start($code, $variables);

            return stream_get_contents($output);
        };

        try {
            $version = Loading::VERSION;
            self::assertSame($version, $load(getenv('ROBOFY_LIBRARY')));
            $refused = "$wrong is robofy 9.8.7, and this package is robofy $version: point ROBOFY_LIBRARY to";
            self::assertStringContainsString($refused, $load($wrong));
            self::assertStringContainsString('cannot be loaded (', $load('/no/such.so'));
            self::assertStringContainsString('librobofy.so.0 is robofy 9.8.7', $load(''));
            self::assertStringContainsString('set ROBOFY_LIBRARY to the path', $load(''));
            unlink($wrong);
            symlink(getenv('ROBOFY_LIBRARY'), $wrong);
            self::assertSame($version, $load(''));
            $beside = "$directory/librobofy.so";
            file_put_contents($beside, 'broken');
            self::assertStringContainsString(Loading::ADVICE_BESIDE, $load(''));
            self::assertStringContainsString("cannot be loaded (", $load(''));
            self::assertStringNotContainsString('librobofy.so.0', $load(''));
            unlink($beside);
            symlink(getenv('ROBOFY_LIBRARY'), $beside);
            self::assertSame($version, $load(''));
        } finally {
            exec("rm -r $directory");
        }
    }

    private static function failure(callable $call): RobofyException
    {
        try {
            $call();
        } catch (RobofyException $error) {
            return $error;
        }
        self::fail('nothing was thrown');
    }

    private static function assertIs(array $case, RobofyException $error): void
    {
        self::assertSame($case['status'], Library::statusName($error->status->value));
        self::assertSame("Robofy\\{$error->status->name}Exception", $error::class);
        $fields = [
            'http_status' => $error->httpStatus ?? 0,
            'code' => $error->serviceCode,
            'detail' => $error->detail,
            'retryable' => $error->isRetryable,
            'retry_after_ms' => (int) (1000 * $error->retryAfter),
        ];
        self::assertEquals(array_intersect_key($case, $fields), array_intersect_key($fields, $case));
        self::assertStringContainsString($case['names'] ?? '', $error->getMessage());
    }

    private static function assertArrives(string $expected, string $text): void
    {
        $reply = self::client()->whatsappChat('!echo', $text, ['note' => $text, 'list' => [$text]]);
        $sent = json_decode($reply->answer, true)['user_context'];

        self::assertSame([$expected, $expected, [$expected]], [$sent['session_id'], $sent['note'], $sent['list']]);
        self::assertStringContainsString($expected, self::client()->whatsappChat($text)->answer);
    }

    private static function assertWithin(array $case, int $start): void
    {
        self::assertLessThan($case['within_ms'], (hrtime(true) - $start) / 1e6);
    }

    /** What the stand-in has received. */
    private static function received(): array
    {
        return json_decode(file_get_contents(self::url() . '/standin/requests'), true);
    }

    private static function assertSends(Client $client, array $words, string ...$message): void
    {
        $query = uniqid('Hello ', true);
        $client->whatsappChat($query, ...$message);
        $isOurs = fn (string $request): bool => str_contains($request, $query);
        $sent = array_filter(array_map('json_encode', self::received()), $isOurs);
        foreach ($words as $word) {
            self::assertStringContainsString($word, implode($sent));
        }
    }

    /** @return resource a process that runs the code with a client */
    private static function program(string $code, &$output = null)
    {
        [$process, $output] = self::start(self::PROGRAM . $code);

        return $process;
    }

    /** @return array{resource, resource} the process and its output */
    private static function start(string $code, array $variables = []): array
    {
        $command = [PHP_BINARY, '-r', $code];
        $process = proc_open($command, [1 => ['pipe', 'w']], $pipes, dirname(__DIR__), $variables + getenv());

        return [$process, $pipes[1]];
    }
}
