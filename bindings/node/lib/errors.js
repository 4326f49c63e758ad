import { Status } from './status.js';

export class RobofyError extends Error {
    constructor(message, facts = {}) {
        const { status, httpStatus = null, code = null, detail = null, isRetryable = false, retryAfterMs = null } = facts;
        super(message, facts);
        this.name = this.constructor.name;
        this.status = status ?? this.constructor.status ?? Status.INTERNAL;
        this.httpStatus = httpStatus;
        this.code = code;
        this.detail = detail;
        this.isRetryable = isRetryable;
        this.retryAfterMs = retryAfterMs;
    }
}
