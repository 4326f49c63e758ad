import { Status } from './status.js';

// Of these the library's errors always are.
const ALWAYS_RETRYABLE = [Status.CONNECT, Status.RATE_LIMITED];

export class RobofyError extends Error {
    constructor(message, facts = {}) {
        const { status, httpStatus = null, code = null, detail = null, retryAfterMs = null } = facts;
        super(message, facts);
        this.name = this.constructor.name;
        this.status = status ?? this.constructor.status ?? Status.INTERNAL;
        this.httpStatus = httpStatus;
        this.code = code;
        this.detail = detail;
        this.isRetryable = facts.isRetryable ?? ALWAYS_RETRYABLE.includes(this.status);
        this.retryAfterMs = retryAfterMs;
    }
}
