/// <reference lib="esnext.disposable" />
import type { RobofyError } from './lib/errors.js';
import type { Options as NativeOptions } from './lib/options.js';

export { RobofyError } from './lib/errors.js';
export * from './lib/failures.js';
export { Status } from './lib/status.js';

/** The account, the agent, and how a client behaves. */
export interface Options extends NativeOptions {
    /** The account's permanent key, which stands in no error: the environment's ROBOFY_API_KEY by default. */
    apiKey?: string | null;
    /** The project of chats that name none. */
    pid?: string | null;
    /** The agent of chats that name none. */
    chatbotId?: string | null;
}

/** One message of a WhatsApp user, and the agent that is to answer it. */
export interface Chat {
    /** The user's message as WhatsApp delivered it. */
    query: string;
    /** Names the conversation, commonly the user's WhatsApp number; without one the service assigns one. */
    sessionId?: string | null;
    /** More about the user; may not hold "platform". */
    userContext?: object | null;
    /** For this chat in place of the client's. */
    timeoutMs?: number | null;
    /** The project, in place of the client's. */
    pid?: string | null;
    /** The project's agent that answers, in place of the client's. */
    chatbotId?: string | null;
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

/**
 * Sends WhatsApp users' messages to the agents of one Robofy account. Make one per API key and keep it.
 *
 * The channel "robofy:chat" of node:diagnostics_channel is told of each chat that failed or was sent more than once, as
 * a {@link TroubledChat}.
 */
export declare class Client implements Disposable {
    /** @throws {InvalidArgumentError | TLSError | TypeError} */
    constructor(options?: Options);
    /** Sends a message; thousands may wait at once. Rejects with a RobofyError, or with the signal's reason. */
    whatsappChat(chat: CancellableChat): Promise<Reply>;
    /** The same, and blocks the thread meanwhile: for scripts and Workers. */
    whatsappChatSync(chat: Chat): Reply;
    stats(): Stats;
    /** Lets go of everything; chats that wait reject with ChatCancelledError. May be called again. */
    close(): void;
    [Symbol.dispose](): void;
}

/** What the channel "robofy:chat" is told: `error`, or `reply` after more than one attempt. */
export interface TroubledChat {
    chat: CancellableChat;
    reply?: Reply;
    error?: RobofyError;
}

/** The stable name of a status, for logs and metrics: "rate_limited". */
export declare function statusName(status: number): string;

/** The version of the library that is loaded. */
export declare const version: string;
