import { takeFailure } from './failure.js';
import { listen } from './flight.js';
import { native } from './native.js';
import { CHATS, settled } from './outcome.js';
import { takeStreamEvent } from './results.js';
import { noDescriptorLeft, unwatch, watch } from './watcher.js';

// Events that are there already are taken without a wait: after so many the event loop has a turn.
const MOST_AT_ONCE = 100;
const DONE = Object.freeze({ value: undefined, done: true });

// One that is forgotten is freed, which cancels the answer; one that is waited for is held by the watcher.
const forgotten = new FinalizationRegistry(({ pointer, stopListening }) => {
    stopListening();
    native.streamFree(pointer);
});

/** An answer while it is written: iterates over its events. */
export class Stream {
    #pointer;
    #chat;
    #signal;
    #stopListening;
    #turn = Promise.resolve(); // ends when those that were asked before have their events
    #asked = 0; // events that are waited for
    #atOnce = 0; // events taken since the last wait
    #isClosed = false;
    #wake = null; // ends the wait for an event
    #text = '';
    #sessionId = null;

    constructor(pointer, { signal, ...chat }) {
        this.#pointer = pointer;
        this.#chat = chat;
        this.#signal = signal;
        const stream = new WeakRef(this); // a signal may live longer than the streams that it ends
        const abort = () => stream.deref()?.cancel();
        listen(signal, abort);
        this.#stopListening = () => signal?.removeEventListener('abort', abort);
        forgotten.register(this, { pointer, stopListening: this.#stopListening }, this);
    }

    get text() {
        return this.#pointer ? native.streamText(this.#pointer) : this.#text;
    }

    get sessionId() {
        return this.#pointer ? native.streamSessionId(this.#pointer) : this.#sessionId;
    }

    [Symbol.asyncIterator]() {
        return this;
    }

    next() {
        this.#asked++;
        const event = this.#turn.then(() => this.#next()).finally(() => {
            this.#asked--;
            if (this.#isClosed)
                this.#letGo();
        });
        this.#turn = event.catch(() => {});
        return event;
    }

    /** What ends a loop that is left before its end. */
    async return() {
        this.close();
        return DONE;
    }

    cancel() {
        return this.#pointer ? native.streamCancel(this.#pointer) : false;
    }

    close() {
        this.cancel();
        this.#isClosed = true;
        if (this.#asked > 0)
            this.#wake?.(); // whoever waits takes the error, and lets go
        else
            this.#letGo();
    }

    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
        this.close();
    }

    async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
        this.close();
    }

    async #next() {
        if (this.#atOnce >= MOST_AT_ONCE) {
            this.#atOnce = 0;
            await new Promise(setImmediate);
        }
        while (this.#pointer) {
            const error = [null];
            const event = native.streamNext(this.#pointer, 0, error);
            if (event) {
                this.#atOnce++;
                return { value: takeStreamEvent(event), done: false };
            }
            if (native.streamIsDone(this.#pointer))
                this.#letGo();
            if (error[0])
                settled(CHATS, { chat: this.#chat }, takeFailure(error[0]), this.#signal);
            if (this.#pointer)
                await this.#readable();
        }
        return DONE;
    }

    async #readable() {
        this.#atOnce = 0;
        const descriptor = native.streamPollFd(this.#pointer);
        if (descriptor < 0)
            throw noDescriptorLeft();
        await new Promise((resolve) => {
            this.#wake = () => {
                this.#wake = null;
                unwatch(descriptor);
                resolve();
            };
            watch(descriptor, this.#wake);
        });
    }

    /** Keeps what came, and frees the rest. */
    #letGo() {
        if (!this.#pointer)
            return;
        this.#text = this.text;
        this.#sessionId = this.sessionId;
        forgotten.unregister(this);
        this.#stopListening();
        native.streamFree(this.#pointer);
        this.#pointer = null;
    }
}
