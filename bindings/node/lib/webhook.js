import { bytes, header, isGiven, member, optional, secret, text } from './arguments.js';
import { CHANNELS } from './declarations.js';
import { readEvent } from './events.js';
import { made } from './failure.js';
import { native } from './native.js';

const forgotten = new FinalizationRegistry((pointer) => native.webhookFree(pointer));
const unread = new FinalizationRegistry((pointer) => native.incomingFree(pointer));

/** What a webhook's body says: iterates over its events. */
export class Incoming {
    constructor(events, skipped) {
        this.events = Object.freeze(events);
        this.skipped = skipped;
        Object.freeze(this);
    }

    [Symbol.iterator]() {
        return this.events.values();
    }
}

/** Verifies and reads the webhooks of one channel. The secrets are the library's alone. */
export class Webhook {
    #pointer;

    constructor(channel, ...secrets) {
        const number = member('channel', channel, CHANNELS);
        const [first, ...others] = secrets.map((each) => secret('secret', each));
        this.#pointer = made(native.webhookNew, number, first ?? null);
        forgotten.register(this, this.#pointer, this);
        for (const each of others)
            native.webhookAddSecret(this.#pointer, each);
        this.channel = channel;
        Object.freeze(this);
    }

    read(body, signature, url) {
        const pointer = this.#open();
        const octets = bytes('body', body);
        const signed = isGiven(signature) ? header('signature', signature) : null;
        const address = optional('url', url instanceof URL ? url.href : url);
        const incoming = made(native.webhookRead, pointer, address, signed, octets, octets.length);
        const owner = {};
        unread.register(owner, incoming);
        const events = Array.from(
            { length: native.incomingCount(incoming) }, (_, index) => readEvent(native.incomingEvent(incoming, index), owner));
        return new Incoming(events, native.incomingSkipped(incoming));
    }

    challenge(query, verifyToken) {
        return native.webhookChallenge(this.#open(), header('query', query), text('verifyToken', verifyToken));
    }

    close() {
        if (!this.#pointer)
            return;
        forgotten.unregister(this);
        native.webhookFree(this.#pointer);
        this.#pointer = null;
    }

    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
        this.close();
    }

    #open() {
        if (!this.#pointer)
            throw new Error('this Webhook is closed: make another');
        return this.#pointer;
    }
}
