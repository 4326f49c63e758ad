/// <reference lib="esnext.disposable" />
import type { StreamEventKind } from './answers.js';

/** One event of a stream. */
export declare class StreamEvent {
    private constructor();
    readonly kind: StreamEventKind;
    /** The piece of the answer at a delta, the conversation at a session, the reason at a finish; else null. */
    readonly text: string | null;
    /** The tool at a tool event that names one, else the service's own name, such as "text-delta"; null without one. */
    readonly name: string | null;
    /** The event's JSON text as received. */
    readonly body: string;
    /** The body parsed. */
    json(): unknown;
}

/**
 * An answer while it is written: `for await` goes over its events. It ends with the service's word for the end, or rejects:
 * with ChatInterruptedError where it was cut short, ServerError where the service gave it up, ChatTimeoutError where no event
 * came in time, and others; with the signal's reason where that has cancelled it. To leave the loop cancels the answer, and so
 * does forgetting the stream. It goes on where its client is closed.
 */
export declare class Stream implements AsyncIterableIterator<StreamEvent>, Disposable, AsyncDisposable {
    private constructor();
    /** The answer so far, up to the client's `maxResponseBytes`: also of one that was cut short, and when it is closed. */
    get text(): string;
    /** The conversation, once its event was taken, which comes near the end; else null. */
    get sessionId(): string | null;
    /** The next event. Several may be asked for at once. */
    next(): Promise<IteratorResult<StreamEvent, undefined>>;
    /** Closes the stream. */
    return(): Promise<IteratorResult<StreamEvent, undefined>>;
    /** Gives the answer up: whoever waits for an event has ChatCancelledError at once. False if the end was taken before. */
    cancel(): boolean;
    /** Cancels what is left of the answer, and lets go of it. May be called again. */
    close(): void;
    [Symbol.asyncIterator](): this;
    [Symbol.dispose](): void;
    [Symbol.asyncDispose](): Promise<void>;
}
