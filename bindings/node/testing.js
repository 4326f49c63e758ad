// A client for tests, which needs no service and no native library.

import { CHAT, abortSignal, messageText, named } from './lib/arguments.js';
import { Reply } from './lib/reply.js';

const NO_LATENCY = { count: 0, min_us: 0, mean_us: 0, p50_us: 0, p90_us: 0, p99_us: 0, p999_us: 0, max_us: 0 };

export class FakeClient {
    chats = [];
    #script;
    #answered = 0;
    #isClosed = false;

    constructor(script) {
        const left = typeof script === 'function' ? [] : [...script];
        this.#script = typeof script === 'function' ? script
            : () => left.shift() ?? new Error('this FakeClient was given no further answer');
    }

    async whatsappChat(chat) {
        abortSignal('signal', named('chat', chat, [...CHAT, 'signal']).signal)?.throwIfAborted();
        return this.#replyTo(chat, await this.#ask(chat));
    }

    whatsappChatSync(chat) {
        named('chat', chat, CHAT);
        return this.#replyTo(chat, this.#ask(chat));
    }

    stats() {
        return {
            in_flight: 0, queued: 0, uncollected: 0, connections: 0, answered: this.#answered, failed: {}, cancelled: 0,
            refused: 0, retried: 0, bytes_sent: 0, bytes_received: 0, latency: NO_LATENCY,
        };
    }

    close() {
        this.#isClosed = true;
    }

    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
        this.close();
    }

    #ask(chat) {
        if (this.#isClosed)
            throw new Error('this Client is closed: make another');
        messageText('query', chat.query);
        this.chats.push(chat);
        return this.#script(chat);
    }

    #replyTo({ sessionId }, answer) {
        if (answer instanceof Error)
            throw answer;
        if (typeof answer !== 'string')
            throw new TypeError(`the script of this FakeClient must give a string or an Error, not ${answer}`);
        this.#answered++;
        const data = { answer, session_id: sessionId ?? 'session' };
        return new Reply({
            answer, sessionId: data.session_id, message: 'Success', body: JSON.stringify({ message: 'Success', data }),
            attempts: 1, elapsedMs: 0,
        });
    }
}
