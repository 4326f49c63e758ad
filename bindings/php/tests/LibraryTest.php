<?php

declare(strict_types=1);

namespace Robofy\Tests;

use PHPUnit\Framework\TestCase;
use Robofy\Library;

final class LibraryTest extends TestCase
{
    public function testItsVersion(): void
    {
        self::assertMatchesRegularExpression('/^\d+\.\d+\.\d+$/', Library::version());
    }

    /** @dataProvider unusable */
    public function testALibraryThatCannotBeUsedIsAnErrorThatSaysWhatToDo(string $path, string $why, string $advice): void
    {
        $code = 'require "autoload.php"; try { new Robofy\Client("key"); } catch (Robofy\RobofyException $e) { echo $e->getMessage(); }';
        $said = shell_exec('ROBOFY_LIBRARY=' . escapeshellarg($path) . ' ' . PHP_BINARY . ' -r ' . escapeshellarg($code));

        self::assertStringContainsString($why, $said);
        self::assertStringContainsString($advice, $said);
    }

    public function unusable(): array
    {
        return [
            'no file' => ['/no/such/librobofy.so', '/no/such/librobofy.so', 'point ROBOFY_LIBRARY to'],
            'another library' => ['libm.so.6', 'robofy_version', 'point ROBOFY_LIBRARY to'],
            'not installed' => ['', 'librobofy.so', 'set ROBOFY_LIBRARY'],
        ];
    }
}
