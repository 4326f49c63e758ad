<?php

declare(strict_types=1);

namespace Robofy;

use FFI\CData;

/**
 * A chat, or the making of a client, has failed. getMessage() is one line that a person can act on; getCode() is the
 * status's number, also where a newer library has one that Status does not know.
 */
class RobofyException extends \RuntimeException
{
    protected const STATUS = null;

    /** Null where a newer library has one that this package does not know. */
    public readonly ?Status $status;
    /** The agent has not seen the message, and sending it again, later, may help. */
    public readonly bool $isRetryable;

    final public function __construct(
        string $message,
        /** The service's HTTP status; null if no response came. */
        public readonly ?int $httpStatus = null,
        /** The service's own code, such as "UNAUTHORIZED"; null if it sent none. */
        public readonly ?string $serviceCode = null,
        /** The service's own sentence; null if it sent none. */
        public readonly ?string $detail = null,
        ?bool $isRetryable = null,
        /** Seconds that the service asks to wait; null if it did not say. */
        public readonly ?float $retryAfter = null,
        int $number = 0,
    ) {
        $this->status = static::STATUS;
        // Of these statuses the library's errors always are.
        $this->isRetryable = $isRetryable ?? in_array($this->status, [Status::Connect, Status::RateLimited], true);
        parent::__construct($message, $this->status?->value ?? $number);
    }

    /** @internal Reads an error of the library, which stays its owner's. */
    public static function read(\FFI $library, CData $error): self
    {
        $number = $library->robofy_error_status($error);
        $status = Status::tryFrom($number);
        $class = $status === null ? self::class : __NAMESPACE__ . "\\{$status->name}Exception";

        return new $class(
            Arguments::renamed($library->robofy_error_message($error)),
            $library->robofy_error_http_status($error) ?: null,
            $library->robofy_error_code($error),
            $library->robofy_error_detail($error),
            $library->robofy_error_is_retryable($error),
            $library->robofy_error_retry_after_ms($error) / 1000 ?: null,
            $number,
        );
    }
}

/** The shared library was not found, or is not one that this package can use. */
final class LibraryException extends RobofyException
{
}
