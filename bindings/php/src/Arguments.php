<?php

declare(strict_types=1);

namespace Robofy;

/** @internal PHP's values on their way to C: what C would silently change is refused, by the parameter's name. */
final class Arguments
{
    private const LONGEST_SECONDS = 1e9;

    /** A C string ends at its first NUL. */
    public static function text(string $parameter, ?string $value): ?string
    {
        $index = $value === null ? false : strpos($value, "\0");
        if ($index !== false) {
            throw self::refusal("$parameter contains a NUL at byte $index: remove it");
        }

        return $value;
    }

    public static function milliseconds(string $parameter, float $seconds): int
    {
        if (!($seconds > 0 && $seconds <= self::LONGEST_SECONDS)) {
            throw self::refusal("$parameter must be more than 0 and at most 1000000000 seconds, not $seconds");
        }

        return max(1, (int) round($seconds * 1000));
    }

    public static function integer(string $parameter, int $value, int $least = 0, int $most = 0xFFFFFFFF): int
    {
        if ($value < $least || $value > $most) {
            throw self::refusal("$parameter must be between $least and $most, not $value");
        }

        return $value;
    }

    /** @param array{0: int, 1?: int} $rate per minute, and at once */
    public static function rate(string $parameter, array $rate): array
    {
        [$perMinute, $burst] = array_values($rate) + [null, 1];
        if (count($rate) > 2 || !is_int($perMinute) || !is_int($burst)) {
            throw self::refusal("$parameter must be [per minute, burst], two integers");
        }

        return [
            self::integer("$parameter's first number", $perMinute, 1),
            self::integer("$parameter's second number", $burst, 1),
        ];
    }

    public static function json(string $parameter, array $object): string
    {
        if ($object !== [] && array_is_list($object)) {
            throw self::refusal("$parameter must have names as its keys: ['name' => value]");
        }
        try {
            return json_encode((object) $object, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION);
        } catch (\JsonException $exception) {
            throw self::refusal("$parameter must hold JSON values only: {$exception->getMessage()}");
        }
    }

    private static function refusal(string $message): InvalidArgumentException
    {
        return new InvalidArgumentException($message, Status::InvalidArgument);
    }
}
