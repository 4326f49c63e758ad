import type {
    AgentOptions, AgentSettings, CallOptions, Cancellable, CancellableChat, CancellablePlatformChat, Chat, Client, StreamEventKind,
    LeadsOptions, PlatformChat, Reply, RequestOptions, Response, Session, Stats, Stream, Upload,
} from './index.js';

/** What an event of a stream is made of; a string is a piece of the answer, and an Error is the end. */
export type FakeEvent =
    string | Error | { kind: StreamEventKind; text?: string | null; name?: string | null; body?: string };

/** What becomes of all but chats. */
export interface Handlers {
    /** The data of the response, an error, or a promise of either; leads, sessions and settings ask for theirs too. */
    request?(method: string, path: string, options: RequestOptions & { upload?: Upload }): unknown;
    /** The events of the stream. */
    stream?(path: string, chat: CancellablePlatformChat): Iterable<FakeEvent>;
}

/** What was asked for by `request` and its relatives. */
export interface FakeRequest extends RequestOptions, Cancellable {
    method: string;
    path: string;
    upload?: Upload;
}

/**
 * Takes the place of a Client in tests: gives what it was told to, and records what it was asked. A reply's `parts` are
 * the answer as it is, since the native library is not there to format it.
 */
export declare class FakeClient implements Client {
    /**
     * @param script The answers and errors in the order of the chats, or a function that has one for each chat;
     * that of `whatsappChat` may be a promise.
     */
    constructor(
        script: Iterable<string | Error> |
            ((chat: CancellablePlatformChat) => string | Error | Promise<string | Error>),
        handlers?: Handlers);
    /** The chats that were asked for, in their order, those of streams too. */
    readonly chats: CancellablePlatformChat[];
    /** All else that was asked for, in its order. */
    readonly requests: FakeRequest[];
    whatsappChat(chat: CancellableChat): Promise<Reply>;
    whatsappChatSync(chat: Chat): Reply;
    chatSend(chat: CancellablePlatformChat): Promise<Reply>;
    chatSendSync(chat: PlatformChat): Reply;
    request<Data = unknown>(
        method: string, path: string, options?: RequestOptions & Cancellable): Promise<Response<Data>>;
    requestSync<Data = unknown>(method: string, path: string, options?: RequestOptions): Response<Data>;
    upload<Data = unknown>(path: string, upload: Upload, options?: CallOptions & Cancellable): Promise<Response<Data>>;
    uploadSync<Data = unknown>(path: string, upload: Upload, options?: CallOptions): Response<Data>;
    leads<Lead = unknown>(options?: LeadsOptions): AsyncGenerator<Lead, void, undefined>;
    sessions(options?: Omit<AgentOptions, 'pid'>): Promise<Session[]>;
    agentSettings(options?: AgentOptions): Promise<AgentSettings>;
    stream(path: string, chat: CancellablePlatformChat): Stream;
    stats(): Stats;
    close(): void;
    [Symbol.dispose](): void;
}
