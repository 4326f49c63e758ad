// The calls of one client that wait: each is submitted under a tag, and its outcome is collected when the watcher says so.

import { setMaxListeners } from 'node:events';
import { takeFailure } from './failure.js';
import { native } from './native.js';
import { takeCompletion } from './results.js';
import { Status } from './status.js';
import { noDescriptorLeft, unwatch, watch } from './watcher.js';

// How many outcomes one wake of the event loop collects, so that other work gets its turn in between.
const MOST_AT_ONCE = 256;

// A client that is forgotten is freed; one with calls in flight is held by the watcher until they have completed.
const forgotten = new FinalizationRegistry((pointer) => native.clientFree(pointer));

export class Flight {
    #pointer;
    #descriptor = -1;
    #nextTag = 0;
    #calls = new Map(); // tag -> what is to be called with the outcome

    constructor(pointer) {
        this.#pointer = pointer;
        forgotten.register(this, pointer, this);
    }

    /** The library's client, unless it is closed. */
    get pointer() {
        if (!this.#pointer)
            throw new Error('this Client is closed: make another');
        return this.#pointer;
    }

    /** Has one of the library's functions submit what the arguments say: its outcome, or a promise of it. */
    submit(submit, args, signal) {
        const client = this.pointer;
        this.#watch(client);
        const tag = this.#nextTag++;
        const error = [null];
        if (!submit(client, ...args, tag, error)) {
            this.#stopWatchingIfIdle();
            return takeFailure(error[0]);
        }
        return new Promise((resolve) => {
            const abort = () => native.clientCancel(client, tag);
            this.#calls.set(tag, (outcome) => {
                signal?.removeEventListener('abort', abort);
                resolve(outcome);
            });
            listen(signal, abort);
        });
    }

    close() {
        if (!this.#pointer)
            return;
        unwatch(this.#descriptor);
        forgotten.unregister(this);
        native.clientFree(this.#pointer);
        this.#pointer = null;
        const message = 'the client was closed while the call was waiting: the agent may have seen the message';
        for (const settle of this.#calls.values())
            settle({ failure: { message, status: Status.CANCELLED } });
        this.#calls.clear();
    }

    #watch(client) {
        if (this.#calls.size > 0)
            return;
        const descriptor = native.clientPollFd(client);
        if (descriptor < 0)
            throw noDescriptorLeft();
        this.#descriptor = descriptor;
        watch(descriptor, () => this.#collect());
    }

    #stopWatchingIfIdle() {
        if (this.#calls.size === 0)
            unwatch(this.#descriptor);
    }

    #collect() {
        for (let i = 0; i < MOST_AT_ONCE && this.#pointer; i++) {
            const completion = native.clientPoll(this.#pointer, 0);
            if (!completion)
                break;
            const { tag, ...outcome } = takeCompletion(completion);
            this.#calls.get(tag)(outcome);
            this.#calls.delete(tag);
        }
        this.#stopWatchingIfIdle();
    }
}

export function listen(signal, abort) {
    if (signal instanceof EventTarget)
        setMaxListeners(0, signal); // one for many calls, as for a shutdown, is no leak to warn of
    signal?.addEventListener('abort', abort, { once: true });
}
