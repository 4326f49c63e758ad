// A client for tests, which needs no service and no native library.

import { CHAT, PLATFORM_CHAT, REQUEST, UPLOAD, messageText, named, signalOf, text } from './lib/arguments.js';
import * as endpoints from './lib/endpoints.js';
import { StreamEvent } from './lib/stream-event.js';
import { ChatCancelledError } from './lib/failures.js';
import { Reply } from './lib/reply.js';
import { Response } from './lib/response.js';

const AGENT = { pid: 'pid', chatbotId: 'chatbotId' };
const NO_LATENCY = { count: 0, min_us: 0, mean_us: 0, p50_us: 0, p90_us: 0, p99_us: 0, p999_us: 0, max_us: 0 };

export class FakeClient {
    chats = [];
    requests = [];
    #script;
    #handlers;
    #answered = 0;
    #isClosed = false;

    constructor(script, handlers = {}) {
        this.#handlers = named('handlers', handlers, ['request', 'stream']);
        const left = typeof script === 'function' ? [] : [...script];
        this.#script = typeof script === 'function' ? script
            : () => left.shift() ?? new Error('this FakeClient was given no further answer');
    }

    async whatsappChat(chat) {
        signalOf('chat', chat, CHAT);
        return this.#replyTo(chat, await this.#ask(chat));
    }

    whatsappChatSync(chat) {
        named('chat', chat, CHAT);
        return this.#replyTo(chat, this.#ask(chat));
    }

    async chatSend(chat) {
        signalOf('chat', chat, PLATFORM_CHAT);
        return this.#replyTo(chat, await this.#ask(chat));
    }

    chatSendSync(chat) {
        named('chat', chat, PLATFORM_CHAT);
        return this.#replyTo(chat, this.#ask(chat));
    }

    async request(method, path, options = {}) {
        signalOf('options', options, REQUEST);
        return responseOf(await this.#request(method, path, options));
    }

    requestSync(method, path, options = {}) {
        named('options', options, REQUEST);
        return responseOf(this.#request(method, path, options));
    }

    async upload(path, upload, options = {}) {
        signalOf('options', options, UPLOAD);
        return responseOf(await this.#request('POST', path, { ...options, upload }));
    }

    uploadSync(path, upload, options = {}) {
        named('options', options, UPLOAD);
        return responseOf(this.#request('POST', path, { ...options, upload }));
    }

    leads(options = {}) {
        return endpoints.leads(this.#get, AGENT, options);
    }

    sessions(options = {}) {
        return endpoints.sessions(this.#get, AGENT, options);
    }

    agentSettings(options = {}) {
        return endpoints.agentSettings(this.#get, AGENT, options);
    }

    stream(path, chat) {
        signalOf('chat', chat, PLATFORM_CHAT);
        this.#record(chat);
        return new FakeStream(this.#handled('stream')(text('path', path), chat));
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

    #get = (path, options) => this.request('GET', path, options);

    #ask(chat) {
        this.#record(chat);
        return this.#script(chat);
    }

    #request(method, path, options) {
        this.#refuseIfClosed();
        this.requests.push({ method: text('method', method), path: text('path', path), ...options });
        return this.#handled('request')(method, path, options);
    }

    #record(chat) {
        this.#refuseIfClosed();
        messageText('query', chat.query);
        this.chats.push(chat);
    }

    #refuseIfClosed() {
        if (this.#isClosed)
            throw new Error('this Client is closed: make another');
    }

    #handled(name) {
        return this.#handlers[name] ?? (() => {
            throw new Error(`this FakeClient was given no function for what is asked by ${name}`);
        });
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
        }, () => [answer]);
    }
}

function responseOf(data) {
    if (data instanceof Error)
        throw data;
    return new Response({ status: 200, attempts: 1, elapsedMs: 0 }, {
        body: Buffer.from(JSON.stringify({ message: 'Success', data })),
        data: () => JSON.stringify(data),
        header: (name) => name.toLowerCase() === 'content-type' ? 'application/json' : null,
    });
}

/** Gives what it was told to: a string is a piece of the answer, and an Error is the end. */
class FakeStream {
    text = '';
    sessionId = null;
    #events;

    constructor(events) {
        this.#events = [...events];
    }

    async next() {
        const event = this.#events.shift();
        if (event === undefined)
            return { value: undefined, done: true };
        if (event instanceof Error) {
            this.#events = [];
            throw event;
        }
        return { value: this.#taken(typeof event === 'string' ? { kind: 'delta', text: event } : event), done: false };
    }

    async return() {
        this.close();
        return { value: undefined, done: true };
    }

    cancel() {
        const isCancelled = this.#events.length > 0;
        this.#events = isCancelled ? [new ChatCancelledError('the stream was cancelled')] : [];
        return isCancelled;
    }

    close() {
        this.#events = [];
    }

    [Symbol.asyncIterator]() {
        return this;
    }

    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
        this.close();
    }

    async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
        this.close();
    }

    #taken({ kind, text = null, name = null, body = JSON.stringify({ kind, text }) }) {
        if (kind === 'delta')
            this.text += text;
        if (kind === 'session')
            this.sessionId = text;
        return new StreamEvent({ kind, text, name, body });
    }
}
