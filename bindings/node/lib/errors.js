// What can go wrong: one class a status, all of them a RobofyError.

/** The library's status of a call; the numbers are stable. */
export const Status = Object.freeze({
    OK: 0,
    INVALID_ARGUMENT: 1,
    CONNECT: 2,
    TLS: 3,
    TIMEOUT: 4,
    INTERRUPTED: 5,
    PROTOCOL: 6,
    BAD_REQUEST: 7,
    UNAUTHORIZED: 8,
    FORBIDDEN: 9,
    NOT_FOUND: 10,
    RATE_LIMITED: 11,
    SERVER: 12,
    CANCELLED: 13,
    OVERLOADED: 14,
    INTERNAL: 15,
});

export class RobofyError extends Error {
    constructor(message, { status, httpStatus = null, code = null, detail = null, isRetryable = false, retryAfterMs = null } = {}) {
        super(message);
        this.name = this.constructor.name;
        this.status = status ?? this.constructor.status ?? Status.INTERNAL;
        this.httpStatus = httpStatus;
        this.code = code;
        this.detail = detail;
        this.isRetryable = isRetryable;
        this.retryAfterMs = retryAfterMs;
    }
}

export class InvalidArgumentError extends RobofyError { static status = Status.INVALID_ARGUMENT; }
export class ConnectError extends RobofyError { static status = Status.CONNECT; }
export class TLSError extends RobofyError { static status = Status.TLS; }
export class ChatTimeoutError extends RobofyError { static status = Status.TIMEOUT; }
export class ChatInterruptedError extends RobofyError { static status = Status.INTERRUPTED; }
export class ProtocolError extends RobofyError { static status = Status.PROTOCOL; }
export class BadRequestError extends RobofyError { static status = Status.BAD_REQUEST; }
export class UnauthorizedError extends RobofyError { static status = Status.UNAUTHORIZED; }
export class ForbiddenError extends RobofyError { static status = Status.FORBIDDEN; }
export class NotFoundError extends RobofyError { static status = Status.NOT_FOUND; }
export class RateLimitedError extends RobofyError { static status = Status.RATE_LIMITED; }
export class ServerError extends RobofyError { static status = Status.SERVER; }
export class ChatCancelledError extends RobofyError { static status = Status.CANCELLED; }
export class OverloadedError extends RobofyError { static status = Status.OVERLOADED; }
export class InternalError extends RobofyError { static status = Status.INTERNAL; }

const CLASSES = new Map([
    InvalidArgumentError, ConnectError, TLSError, ChatTimeoutError, ChatInterruptedError, ProtocolError,
    BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, RateLimitedError, ServerError,
    ChatCancelledError, OverloadedError, InternalError,
].map((type) => [type.status, type]));

/** A status that a later library adds is a plain RobofyError with its number. */
export function errorOf(message, facts) {
    return new (CLASSES.get(facts.status) ?? RobofyError)(message, facts);
}

export function noDescriptorLeft() {
    return new ConnectError(
        'the process has no file descriptor left: let it close some, or raise its limit (ulimit -n)',
        { isRetryable: true });
}
