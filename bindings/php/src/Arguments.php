<?php

declare(strict_types=1);

namespace Robofy;

/** @internal PHP's values on their way to C: what C would silently change is refused, by the parameter's name. */
final class Arguments
{
    private const LONGEST_SECONDS = 1e9;

    /** A C string ends at its first NUL. */
    public static function text(string $parameter, #[\SensitiveParameter] ?string $value): ?string
    {
        $index = strpos($value ?? '', "\0");
        if ($index !== false) {
            throw new InvalidArgumentException("$parameter contains a NUL at byte $index: remove it");
        }

        return $value;
    }

    /** What a user wrote: bytes that are not UTF-8 become U+FFFD. */
    public static function messageText(string $parameter, ?string $value): ?string
    {
        return self::text($parameter, json_decode(json_encode($value, JSON_INVALID_UTF8_SUBSTITUTE)));
    }

    /** What a webhook is signed with. */
    public static function secret(#[\SensitiveParameter] string $value): string
    {
        $fault = match (true) {
            $value === '' => 'must not be empty',
            preg_match('//u', $value) !== 1 => 'is not valid UTF-8',
            default => null,
        };

        return $fault === null ? self::text('secret', $value) : throw new InvalidArgumentException("secret $fault");
    }

    /** What a stranger wrote: whatever it holds is no fault of the caller's, and a NUL does not end it early. */
    public static function header(#[\SensitiveParameter] ?string $value): ?string
    {
        return $value === null ? null : strtr($value, "\0", "\xFF");
    }

    /** What a client may be given once for all messages. */
    public static function once(string $parameter, ?string $value): string
    {
        return self::text($parameter, $value)
            ?? throw new InvalidArgumentException("$parameter is missing: give it to the message or to the client");
    }

    /** @param int $least 0 where none is a time too */
    public static function milliseconds(string $parameter, ?float $seconds, int $least = 1): ?int
    {
        $isLongEnough = $least > 0 ? $seconds > 0 : $seconds >= 0;
        if ($seconds !== null && !($isLongEnough && $seconds <= self::LONGEST_SECONDS)) {
            $from = $least > 0 ? 'more than 0' : 'at least 0';
            throw new InvalidArgumentException("$parameter must be $from and at most 1e9 seconds, not $seconds");
        }

        return $seconds === null ? null : max($seconds > 0 ? 1 : 0, (int) round($seconds * 1000));
    }

    public static function integer(string $parameter, ?int $value, int $least = 0, int $most = 0xFFFFFFFF): ?int
    {
        if ($value !== null && ($value < $least || $value > $most)) {
            throw new InvalidArgumentException("$parameter must be between $least and $most, not $value");
        }

        return $value;
    }

    /** Words, one a line. @param ?list<string> $words */
    public static function lines(string $parameter, ?array $words): ?string
    {
        if (array_filter($words ?? [], is_string(...)) !== ($words ?? [])) {
            throw new InvalidArgumentException("$parameter must be a list of strings");
        }

        return $words === null ? null : self::text($parameter, implode("\n", $words));
    }

    /**
     * @param ?array<string, string> $texts by the name of a Status
     * @return list<array{string, int, ?string}>
     */
    public static function fallbacks(?string $text, ?array $texts): array
    {
        $fallbacks = [['fallback', Status::Ok->value, self::text('fallback', $text)]];
        foreach ($texts ?? [] as $name => $own) {
            $status = array_column(Status::cases(), 'value', 'name')[$name]
                ?? throw new InvalidArgumentException("fallbacks has \"$name\", which is no Status's name");
            $fallbacks[] = ['fallback', $status, self::text('fallbacks', $own)];
        }

        return $fallbacks;
    }

    /** @param ?array{0: int, 1?: int} $rate per minute, and at once */
    public static function rate(string $parameter, ?array $rate): ?array
    {
        if ($rate === null) {
            return null;
        }
        [$perMinute, $burst] = array_values($rate) + [null, 1];
        if (count($rate) > 2 || !is_int($perMinute) || !is_int($burst)) {
            throw new InvalidArgumentException("$parameter must be [per minute, burst], two integers");
        }

        return [
            self::integer("$parameter's first number", $perMinute, 1),
            self::integer("$parameter's second number", $burst, 1),
        ];
    }

    public static function json(string $parameter, ?array $object): ?string
    {
        if ($object === null) {
            return null;
        }
        if ($object !== [] && array_is_list($object)) {
            throw new InvalidArgumentException("$parameter must have names as its keys: ['name' => value]");
        }

        return self::value($parameter, (object) $object);
    }

    /** Any value that JSON has. */
    public static function value(string $parameter, mixed $value): string
    {
        $flags = JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION;
        try {
            return json_encode($value, $flags | JSON_THROW_ON_ERROR);
        } catch (\JsonException $exception) {
            throw new InvalidArgumentException("$parameter must hold JSON values only: {$exception->getMessage()}");
        }
    }

    /** A value of a URL's query. */
    public static function queryText(string $name, mixed $value): string
    {
        return match (true) {
            is_bool($value) => $value ? 'true' : 'false',
            is_string($value), is_int($value) => self::text("query['$name']", (string) $value),
            default => throw new \TypeError("query['$name'] must be a string, an int or a bool, not " . get_debug_type($value)),
        };
    }

    /** The library's message, which names parameters as C does; within it a session_id is a member of the JSON. */
    public static function renamed(string $message): string
    {
        return preg_replace_callback(
            '/^(?:session_id|user_context)\b|\b' . Loading::PARAMETERS . '\b/',
            static fn (array $found): string => $found[0] === 'project_id'
                ? 'pid'
                : lcfirst(str_replace('_', '', ucwords($found[0], '_'))),
            $message,
        );
    }
}
