/// <reference lib="esnext.disposable" />
import type { Client } from '../index.js';
import type { Accept } from './answers.js';
import type { InboxOptions } from './inbox-options.js';
import type { Outcome } from './inbox-outcome.js';
import type { WebhookEvent } from './webhook-event.js';

/** The agent that answers, and how an inbox behaves. */
export interface InboxSettings extends InboxOptions {
    /** The project, in place of the client's. */
    pid?: string | null;
    /** The agent, in place of the client's. */
    chatbotId?: string | null;
}

/** A snapshot of an inbox's figures; names and units are the library's own. */
export interface InboxStats {
    /** Messages that wait or are being answered. */
    pending: number;
    /** Bursts that are claimed and not settled. */
    turns: number;
    /** Those that the agent has. */
    in_flight: number;
    /** Outcomes that wait to be polled. */
    unpolled: number;
    /** Sessions that have something to do, or are paused. */
    sessions: number;
    /** Messages that would be known as duplicates. */
    remembered: number;
    queued: number;
    duplicates: number;
    paused: number;
    ignored: number;
    refused: number;
    took_over: number;
    answers: number;
    fallbacks: number;
    typing: number;
    notices: number;
    media: number;
    expired: number;
    parts_sent: number;
    parts_failed: number;
    storage_errors: number;
}

/**
 * Takes what users write, asks the agent once for each burst of messages, and hands out what is to be sent: `for await` goes
 * over the outcomes until the inbox is closed. One that has a `path` loses nothing at a restart, and answers nothing twice.
 *
 * Nothing here blocks the event loop but the constructor, `stats` and the moment in which it is closed. Offers and reports,
 * which wait for the disk, run on a thread of libuv's pool, one after another in the order in which they were asked for. A
 * loop, or a `poll` that waits, keeps the process alive.
 *
 * It may outlive its client. One that is forgotten is freed by the garbage collector; it is not forgotten while a loop runs.
 */
export declare class Inbox implements AsyncIterable<Outcome>, Disposable, AsyncDisposable {
    /**
     * What an earlier inbox has left at its path is taken up at once.
     *
     * @throws {InvalidArgumentError} An option cannot be used, which the message names, or no agent is given.
     * @throws {StorageError} The path cannot be used: the message names it and says what to do. Another inbox may have it, of
     * this process or another.
     * @throws {TypeError} An option is of the wrong type or misspelt, or the client is none, as a FakeClient.
     */
    constructor(client: Client, options?: InboxSettings);
    /**
     * Takes an event of a webhook, of any kind. What is "queued" is kept when the promise resolves: with a path, on disk and
     * synced. Rejects where the library refuses it, and answer the webhook with 503 then, so that the channel sends it again:
     * with StorageError, or OverloadedError at `maxPending`.
     */
    offer(event: WebhookEvent): Promise<Exclude<Accept, 'refused'>>;
    /**
     * Takes a text, for who has no webhook: Baileys, whatsapp-web.js and the like. In all else as `offer`.
     *
     * @param channelId The business's side of the conversation, which outcomes bear; null where there is one alone.
     * @param user The sender's number, or other identifier.
     * @param messageId The channel's identifier of the message, by which it is a duplicate when it comes again.
     * @param text What the user has written; an empty text is "ignored".
     */
    offerText(
        channelId: string | null, user: string, messageId: string, text: string): Promise<Exclude<Accept, 'refused'>>;
    /**
     * The next outcome. Several polls may wait at once; each outcome goes to one of them, and one session's come in their
     * order.
     *
     * @param timeoutMs How long to wait for one: 0 does not wait, and left out it waits until there is one.
     * @returns The outcome; null if there was none in time, or the inbox was closed.
     */
    poll(timeoutMs?: number | null): Promise<Outcome | null>;
    /** The outcomes. To leave the loop closes nothing; `close` ends it. */
    [Symbol.asyncIterator](): AsyncGenerator<Outcome, void, undefined>;
    /**
     * A part was sent. Only when each part is reported does the session go on, and only then is it certain that the part does
     * not come again after a restart. Reported twice, or too late, nothing changes. Rejects with InvalidArgumentError if there
     * is no such part, and with StorageError if it is not kept: report it again.
     *
     * @param part Which part, from 0 on.
     * @param providerId The channel's identifier of the message that was sent, if it gave one. Should the channel show it like
     * a person's message, that is a duplicate, and no takeover.
     */
    sent(outcome: Outcome, part: number, providerId?: string | null): Promise<void>;
    /**
     * A part could not be sent. Send no more of that outcome's parts: what is left of them comes again in another outcome, when
     * it is time to send it. The part that has failed is among them, unless its code says that it will never be sent or it has
     * failed too often. Rejects as `sent` does.
     *
     * @param code Meta's error code; else the HTTP status, from 400 on; less than 0 for a connection that was lost.
     */
    failed(outcome: Outcome, part: number, code: number): Promise<void>;
    /**
     * A person has the conversation: the agent is silent for so long. What is under way for the user ends as "expired".
     * Rejects with InvalidArgumentError if no channel has brought a message yet.
     *
     * @param sessionId The session, or any other identifier of the user.
     * @param ms How many milliseconds from now on.
     */
    pause(sessionId: string, ms: number): Promise<void>;
    /** The agent has the conversation again. Messages that came meanwhile stay unanswered. */
    resume(sessionId: string): Promise<void>;
    /** @throws {StorageError} What is kept cannot be read. */
    stats(): InboxStats;
    /**
     * Ends the loops, and the chats under way, and lets go of the path, which the next inbox goes on with: once an offer or
     * report that is under way has ended, else at once. Offers and reports that have not begun reject. May be called again.
     */
    close(): Promise<void>;
    [Symbol.dispose](): void;
    [Symbol.asyncDispose](): Promise<void>;
}
