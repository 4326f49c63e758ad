<?php

declare(strict_types=1);

namespace Robofy\Tests;

/** What of PSR-3 a client uses. */
final class RecordingLogger implements \Psr\Log\LoggerInterface
{
    public array $told = [];

    public function __construct(private readonly bool $fails = false)
    {
    }

    public function __call(string $level, array $arguments): void
    {
        $this->told[] = "$level $arguments[0]";
        if ($this->fails) {
            throw new \RuntimeException('the disk is full');
        }
    }
}
