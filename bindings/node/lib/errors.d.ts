/** A chat, or the making of a client, has failed; the message says why and what to do. */
export declare class RobofyError extends Error {
    /** For tests: what is left out is as in an error that nobody explained. Connecting and rate limits are retryable. */
    constructor(message: string, facts?: Partial<Facts> & { cause?: unknown });
}

export interface RobofyError extends Facts {}

interface Facts {
    /** The library's status: one of Status, or a number that a later library adds. */
    readonly status: number;
    /** The service's HTTP status, or null if no response came. */
    readonly httpStatus: number | null;
    /** The service's error code, such as "UNAUTHORIZED", or null. */
    readonly code: string | null;
    /** The service's own explanation, or null. */
    readonly detail: string | null;
    /** The agent has not seen the message, and sending it again, later, may help. */
    readonly isRetryable: boolean;
    /** How long to wait before the next try, as the service asks or the client's own pace demands, or null. */
    readonly retryAfterMs: number | null;
}
