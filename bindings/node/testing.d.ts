import type { CancellableChat, Chat, Client, Reply, Stats } from './index.js';

/** Takes the place of a Client in tests: gives what it was told to, and records what it was asked. */
export declare class FakeClient implements Client {
    /**
     * @param script The answers and errors in the order of the chats, or a function that has one for each chat;
     * that of `whatsappChat` may be a promise.
     */
    constructor(script: Iterable<string | Error> | ((chat: CancellableChat) => string | Error | Promise<string | Error>));
    /** The chats that were asked for, in their order. */
    readonly chats: CancellableChat[];
    whatsappChat(chat: CancellableChat): Promise<Reply>;
    whatsappChatSync(chat: Chat): Reply;
    stats(): Stats;
    close(): void;
    [Symbol.dispose](): void;
}
