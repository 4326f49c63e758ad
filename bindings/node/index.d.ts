/// <reference lib="esnext.disposable" />
import type { Session } from './lib/answers.js';
import type { RobofyError } from './lib/errors.js';
import type { Options as NativeOptions } from './lib/options.js';
import type { CallOptions, RequestOptions, Response } from './lib/response.js';
import type { AgentSettings } from './lib/settings.js';
import type { Stream } from './lib/stream.js';
import type { Upload } from './lib/upload.js';

export type {
    Accept, Channel, Dialect, EventKind, MediaPolicy, OutcomeKind, StreamEventKind, Session,
} from './lib/answers.js';
export { RobofyError } from './lib/errors.js';
export * from './lib/failures.js';
export { Inbox, type InboxSettings, type InboxStats } from './lib/inbox.js';
export type { InboxOptions } from './lib/inbox-options.js';
export { Outcome } from './lib/inbox-outcome.js';
export { type CallOptions, type Query, type RequestOptions, Response } from './lib/response.js';
export { AgentSettings } from './lib/settings.js';
export { Status } from './lib/status.js';
export { Stream, StreamEvent } from './lib/stream.js';
export { format, split } from './lib/text.js';
export { Upload } from './lib/upload.js';
export { WebhookEvent } from './lib/webhook-event.js';
export { Incoming, Webhook } from './lib/webhook.js';

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

/** What cancels a call. */
export interface Cancellable {
    /** Cancels the call, which then rejects with the signal's reason; the agent may have seen the message. */
    signal?: AbortSignal;
}

/** A chat that can be cancelled. */
export interface CancellableChat extends Chat, Cancellable {}

/** One message of a user of any platform. */
export interface PlatformChat extends Chat {
    /** Where the user writes from, in the service's own words; "web" by default. */
    platform?: string | null;
}

/** The same, which can be cancelled. */
export interface CancellablePlatformChat extends PlatformChat, Cancellable {}

/** An agent that is asked about. */
export interface AgentOptions extends Cancellable {
    /** The project, in place of the client's. */
    pid?: string | null;
    /** The agent, in place of the client's. */
    chatbotId?: string | null;
    /** For each request in place of the client's. */
    timeoutMs?: number | null;
}

/** Which leads are asked for. */
export interface LeadsOptions extends AgentOptions {
    /** Those of one conversation. */
    sessionId?: string | null;
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
    /**
     * The answer as the WhatsApp messages to send: `format`, then `split`.
     *
     * @param limit The most UTF-16 units of a part; 0, the default, for the 4 096 of the Cloud API. Twilio takes 1 600.
     */
    parts(limit?: number): string[];
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
 * a {@link TroubledChat}, and "robofy:request" of each other call, as a {@link TroubledRequest}.
 */
export declare class Client implements Disposable {
    /** @throws {InvalidArgumentError | TLSError | TypeError} */
    constructor(options?: Options);
    /** Sends a message; thousands may wait at once. Rejects with a RobofyError, or with the signal's reason. */
    whatsappChat(chat: CancellableChat): Promise<Reply>;
    /** The same, and blocks the thread meanwhile: for scripts and Workers. */
    whatsappChatSync(chat: Chat): Reply;
    /** As `whatsappChat`, for a user of any platform. */
    chatSend(chat: CancellablePlatformChat): Promise<Reply>;
    /** The same, and blocks the thread meanwhile. */
    chatSendSync(chat: PlatformChat): Reply;
    /**
     * Calls any endpoint: `path` is what comes after the base URL, such as "/v1/projects", and cannot lead to another
     * host. What a URL cannot hold in an ID is encoded by the caller (`encodeURIComponent`). GET and HEAD are repeated as
     * messages are, and what changes something only where the service cannot have seen it. A status that is not from 200 to
     * 299 is a RobofyError.
     */
    request<Data = unknown>(
        method: string, path: string, options?: RequestOptions & Cancellable): Promise<Response<Data>>;
    /** The same, and blocks the thread meanwhile. */
    requestSync<Data = unknown>(method: string, path: string, options?: RequestOptions): Response<Data>;
    /** Sends a form with files as a POST. Meanwhile `upload.sent` grows. */
    upload<Data = unknown>(path: string, upload: Upload, options?: CallOptions & Cancellable): Promise<Response<Data>>;
    /** The same, and blocks the thread meanwhile. */
    uploadSync<Data = unknown>(path: string, upload: Upload, options?: CallOptions): Response<Data>;
    /** Iterates over the leads that an agent has collected; each page is asked for when it is needed. */
    leads<Lead = unknown>(options?: LeadsOptions): AsyncGenerator<Lead, void, undefined>;
    /** The conversations of an agent. */
    sessions(options?: Omit<AgentOptions, 'pid'>): Promise<Session[]>;
    /** The settings of an agent, which hold a secret. */
    agentSettings(options?: AgentOptions): Promise<AgentSettings>;
    /**
     * Sends a message to a path where the agent answers in events; the service's reference does not name it. What comes of
     * it, errors included, the stream tells.
     */
    stream(path: string, chat: CancellablePlatformChat): Stream;
    stats(): Stats;
    /** Lets go of everything; calls that wait reject with ChatCancelledError, and streams go on. May be called again. */
    close(): void;
    [Symbol.dispose](): void;
}

/** What the channel "robofy:chat" is told: `error`, or `reply` after more than one attempt. */
export interface TroubledChat {
    chat: CancellablePlatformChat;
    reply?: Reply;
    error?: RobofyError;
}

/** What the channel "robofy:request" is told: `error`, or `response` after more than one attempt. */
export interface TroubledRequest {
    request: { method: string; path: string };
    response?: Response;
    error?: RobofyError;
}

/** The stable name of a status, for logs and metrics: "rate_limited". */
export declare function statusName(status: number): string;

/** The version of the library that is loaded. */
export declare const version: string;
