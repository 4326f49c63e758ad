<?php

declare(strict_types=1);

namespace Robofy\Tests;

use PHPUnit\Framework\TestCase;
use Robofy\Dialect;
use Robofy\InvalidArgumentException;
use Robofy\Reply;
use Robofy\Text;

final class TextTest extends TestCase
{
    /** @dataProvider answers */
    public function testAnAnswerIsWrittenAsWhatsappText(string $expected, mixed ...$arguments): void
    {
        self::assertSame($expected, Text::format(...$arguments));
    }

    public function answers(): array
    {
        return [
            ['*Order 12* is ready', '**Order 12** is ready'],
            ['*Order 12* is ready', '*Order 12* is ready', Dialect::Auto],
            ['_x_ and *y*', '*x* and **y**', Dialect::Markdown],
            ['AT&T', 'AT&amp;T', Dialect::Whatsapp],
            ['our guide: https://e.com/a_b', '[our guide](https://e.com/a_b)'],
            ["caf\u{FFFD}", "caf\xE9"],
            ['', ''],
        ];
    }

    public function testATextIsSplitWhereItCanBe(): void
    {
        self::assertSame(["One. Two.\n\n", 'Three. Four.'], Text::split("One. Two.\n\nThree. Four.", 14));
        self::assertSame(['*bold* ', '*words*'], Text::split('*bold words*', limit: 8));
        self::assertSame([], Text::split(" \n"));
        $emoji = str_repeat("\u{1F44B}\u{1F3FD}", 3000);
        $parts = Text::split($emoji);
        self::assertSame($emoji, implode($parts));
        // Two UTF-16 units of four bytes of UTF-8.
        self::assertLessThanOrEqual(2 * 4096, max(array_map('strlen', $parts)));
    }

    public function testAReplyHasItsParts(): void
    {
        self::assertSame(['*b* and more'], (new Reply('**b** and more'))->parts());
        self::assertSame(['*b* and ', 'more'], (new Reply('**b** and more'))->parts(limit: 8));
    }

    /** @dataProvider refused */
    public function testWhatCannotBeUsedIsRefusedByName(string $words, string $method, mixed ...$arguments): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessage($words);
        Text::$method(...$arguments);
    }

    public function refused(): array
    {
        return [
            ['text contains a NUL at byte 1', 'format', "a\0b"],
            ['text contains a NUL at byte 1', 'split', "a\0b"],
            ['limit must be between 0', 'split', 'x', -1],
            ['limit must be between 0', 'split', 'x', 2 ** 32],
        ];
    }

    public function testAWrongTypeIsATypeError(): void
    {
        $this->expectException(\TypeError::class);
        Text::format('x', 'markdown');
    }
}
