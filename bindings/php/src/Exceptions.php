<?php

declare(strict_types=1);

namespace Robofy;

use FFI\CData;

/** The shared library was not found, or is not one that this package can use. */
final class LibraryException extends \RuntimeException
{
}

/**
 * A chat, or the making of a client, has failed. getMessage() is one line that a person can act on; getCode() is the
 * status's number, also where a newer library has one that Status does not know.
 */
class RobofyException extends \RuntimeException
{
    final public function __construct(
        string $message,
        public readonly ?Status $status,
        int $number = 0,
        /** The service's HTTP status; null if no response came. */
        public readonly ?int $httpStatus = null,
        /** The service's own code, such as "UNAUTHORIZED"; null if it sent none. */
        public readonly ?string $serviceCode = null,
        /** The service's own sentence; null if it sent none. */
        public readonly ?string $detail = null,
        /** The agent has not seen the message, and sending it again, later, may help. */
        public readonly bool $isRetryable = false,
        /** Seconds that the service asks to wait; null if it did not say. */
        public readonly ?float $retryAfter = null,
    ) {
        parent::__construct($message, $status?->value ?? $number);
    }

    /** @internal Reads an error of the library, which stays its owner's. */
    public static function read(\FFI $library, CData $error): self
    {
        $number = $library->robofy_error_status($error);
        $status = Status::tryFrom($number);
        $class = self::CLASSES[$number] ?? self::class;

        return new $class(
            $library->robofy_error_message($error),
            $status,
            $number,
            $library->robofy_error_http_status($error) ?: null,
            $library->robofy_error_code($error),
            $library->robofy_error_detail($error),
            $library->robofy_error_is_retryable($error),
            $library->robofy_error_retry_after_ms($error) / 1000 ?: null,
        );
    }

    private const CLASSES = [
        1 => InvalidArgumentException::class,
        2 => ConnectException::class,
        3 => TlsException::class,
        4 => TimeoutException::class,
        5 => InterruptedException::class,
        6 => ProtocolException::class,
        7 => BadRequestException::class,
        8 => UnauthorizedException::class,
        9 => ForbiddenException::class,
        10 => NotFoundException::class,
        11 => RateLimitedException::class,
        12 => ServerException::class,
        13 => CancelledException::class,
        14 => OverloadedException::class,
        15 => InternalException::class,
    ];
}

/** An argument or option cannot be used; nothing was sent. The message names it. */
final class InvalidArgumentException extends RobofyException
{
}

/** The service was never reached: name resolution, refused, unreachable, proxy. */
final class ConnectException extends RobofyException
{
}

/** The certificate or the handshake. Nothing was sent. */
final class TlsException extends RobofyException
{
}

/** The timeout passed. Unless isRetryable, the agent may have seen the message. */
final class TimeoutException extends RobofyException
{
}

/** The connection was lost after the message was sent: the agent may have seen it. */
final class InterruptedException extends RobofyException
{
}

/** The response is not what the service documents. */
final class ProtocolException extends RobofyException
{
}

/** The service did not accept the request: 400, 422 or another 4xx. */
final class BadRequestException extends RobofyException
{
}

/** 401: the API key is missing, wrong or revoked. */
final class UnauthorizedException extends RobofyException
{
}

/** 403: the API key may not use this project or agent. */
final class ForbiddenException extends RobofyException
{
}

/** 404: there is no such project or agent. */
final class NotFoundException extends RobofyException
{
}

/** 429: too many messages. Without httpStatus, the client's own rateLimit: nothing was sent. */
final class RateLimitedException extends RobofyException
{
}

/** 5xx. Unless isRetryable, the agent may have seen the message. */
final class ServerException extends RobofyException
{
}

/** The message was cancelled; the agent may have seen it. */
final class CancelledException extends RobofyException
{
}

/** maxInFlight is reached. Nothing was sent. */
final class OverloadedException extends RobofyException
{
}

/** A bug in the library: please report it. */
final class InternalException extends RobofyException
{
}
