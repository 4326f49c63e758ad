<?php

declare(strict_types=1);

namespace Robofy;

use Psr\Log\LoggerInterface;

/** @internal What a client's logger is told. What the logger throws must not cost the program an answer. */
final class Log
{
    public static function failed(?LoggerInterface $logger, RobofyException $error): RobofyException
    {
        self::tell($logger, 'warning', "a call failed: {$error->getMessage()}");

        return $error;
    }

    public static function answered(?LoggerInterface $logger, Reply|Response $result): Reply|Response
    {
        if ($result->attempts > 1) {
            self::tell($logger, 'info', "a call was answered at attempt {$result->attempts}");
        }

        return $result;
    }

    private static function tell(?LoggerInterface $logger, string $level, string $text): void
    {
        try {
            $logger?->$level("robofy: $text");
        } catch (\Throwable $failure) {
            error_log("robofy: the logger failed: {$failure->getMessage()}");
        }
    }
}
