/** The library's status of a call; the numbers are stable, and a later library may add some. */
export declare const Status: {
    readonly OK: 0;
    readonly INVALID_ARGUMENT: 1;
    readonly CONNECT: 2;
    readonly TLS: 3;
    readonly TIMEOUT: 4;
    readonly INTERRUPTED: 5;
    readonly PROTOCOL: 6;
    readonly BAD_REQUEST: 7;
    readonly UNAUTHORIZED: 8;
    readonly FORBIDDEN: 9;
    readonly NOT_FOUND: 10;
    readonly RATE_LIMITED: 11;
    readonly SERVER: 12;
    readonly CANCELLED: 13;
    readonly OVERLOADED: 14;
    readonly INTERNAL: 15;
};

/** How a client behaves; what is left out, undefined or null is the library's default. */
export interface Options {
    /** Where the service is: https://agents.robofy.ai by default. */
    baseUrl?: string | null;
    /** Bounds a whole chat, retries and waits included: 60 000 by default. */
    timeoutMs?: number | null;
    /** Bounds the making of a connection: 10 000 by default. */
    connectTimeoutMs?: number | null;
    /** How often a message that the agent cannot have seen is sent again: 2 by default. */
    maxRetries?: number | null;
    /** Also send again what the agent may have seen, and so may answer twice. */
    retryAmbiguous?: boolean | null;
    /** A proxy's URL; by default HTTPS_PROXY and NO_PROXY are read, "" is no proxy. */
    proxy?: string | null;
    /** A PEM file of certificate authorities to trust besides the platform's. */
    caFile?: string | null;
    /** The name of your product, put before the library's own. */
    userAgent?: string | null;
    /** The longest response body that is accepted: 8 MiB by default. */
    maxResponseBytes?: number | null;
    /** How many promised chats may wait at once; one more is an OverloadedError. 0, the default, is no limit. */
    maxInFlight?: number | null;
    /** Send the messages of one sessionId one after another, in the order of the calls. */
    orderedSessions?: boolean | null;
    /** The pace of messages: `burst` (1) at once, then `perMinute`, evenly spread. */
    rateLimit?: { perMinute: number; burst?: number } | null;
}

/** One message of a WhatsApp user, and the agent that is to answer it. */
export interface Chat {
    /** The project's ID. */
    pid: string;
    /** The ID of the project's agent that answers. */
    chatbotId: string;
    /** The user's message as WhatsApp delivered it. */
    query: string;
    /** Names the conversation, commonly the user's WhatsApp number; without one the service assigns one. */
    sessionId?: string | null;
    /** More about the user; may not hold "platform". */
    userContext?: object | null;
    /** For this chat in place of the client's. */
    timeoutMs?: number | null;
}

/** A chat that can be cancelled. */
export interface CancellableChat extends Chat {
    /** Cancels the chat, which then rejects with the signal's reason; the agent may have seen the message. */
    signal?: AbortSignal;
}

/** The agent's answer to one message; as a string it is the answer. */
export declare class Reply {
    private constructor();
    /** The text to forward to the WhatsApp user: never empty. */
    readonly answer: string;
    /** The session that the service answered in, or null if it named none. */
    readonly sessionId: string | null;
    /** The service's own message, such as "Success", or null. */
    readonly message: string | null;
    /** The response's JSON text as received. */
    readonly body: string;
    /** How many requests it took. */
    readonly attempts: number;
    /** How long it took, retries included. */
    readonly elapsedMs: number;
    /** The body parsed. */
    json(): unknown;
    toString(): string;
}

/** A snapshot of a client's figures; names and units are the library's own. */
export interface Stats {
    in_flight: number;
    queued: number;
    uncollected: number;
    connections: number;
    answered: number;
    failed: Record<string, number>;
    cancelled: number;
    refused: number;
    retried: number;
    bytes_sent: number;
    bytes_received: number;
    latency: {
        count: number;
        min_us: number;
        mean_us: number;
        p50_us: number;
        p90_us: number;
        p99_us: number;
        p999_us: number;
        max_us: number;
    };
}

/** Sends WhatsApp users' messages to the agents of one Robofy account. Make one per API key and keep it. */
export declare class Client {
    /** @throws {InvalidArgumentError | TLSError | TypeError} */
    constructor(apiKey: string, options?: Options);
    /** Sends a message; thousands may wait at once. Rejects with a RobofyError, or with the signal's reason. */
    whatsappChat(chat: CancellableChat): Promise<Reply>;
    /** The same, and blocks the thread meanwhile: for scripts and Workers. */
    whatsappChatSync(chat: Chat): Reply;
    stats(): Stats;
    /** Lets go of everything; chats that wait reject with ChatCancelledError. May be called again. */
    close(): void;
}

/** A chat, or the making of a client, has failed; the message says why and what to do. */
export declare class RobofyError extends Error {
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
    /** How long the service asks to wait, or null. */
    readonly retryAfterMs: number | null;
}

/** An argument cannot be used; nothing was sent. The message names it. */
export declare class InvalidArgumentError extends RobofyError {}
/** The service was never reached. */
export declare class ConnectError extends RobofyError {}
/** The certificate or the handshake. */
export declare class TLSError extends RobofyError {}
/** The timeout passed. Unless isRetryable, the agent may have seen the message. */
export declare class ChatTimeoutError extends RobofyError {}
/** The connection was lost after the message was sent. */
export declare class ChatInterruptedError extends RobofyError {}
/** The response is not what the service documents. */
export declare class ProtocolError extends RobofyError {}
/** 400, 422 and other 4xx. */
export declare class BadRequestError extends RobofyError {}
/** 401: the API key is missing, wrong or revoked. */
export declare class UnauthorizedError extends RobofyError {}
/** 403: the API key may not use this project or agent. */
export declare class ForbiddenError extends RobofyError {}
/** 404: no such project or agent. */
export declare class NotFoundError extends RobofyError {}
/** 429, or without httpStatus the client's own rateLimit. */
export declare class RateLimitedError extends RobofyError {}
/** 5xx. Unless isRetryable, the agent may have seen the message. */
export declare class ServerError extends RobofyError {}
/** The client was closed while the chat was waiting. */
export declare class ChatCancelledError extends RobofyError {}
/** maxInFlight is reached; nothing was sent. */
export declare class OverloadedError extends RobofyError {}
/** A bug in the library. */
export declare class InternalError extends RobofyError {}

/** The version of the library that is loaded. */
export declare const version: string;
