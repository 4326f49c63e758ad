import {
    CHAT, PLATFORM_CHAT, REQUEST, UPLOAD, id, integer, isGiven, json, jsonObject, messageText, milliseconds, named, queryPairs,
    signalOf, text,
} from './arguments.js';
import * as endpoints from './endpoints.js';
import { made, takeFailure } from './failure.js';
import { InvalidArgumentError } from './failures.js';
import { Flight } from './flight.js';
import { native } from './native.js';
import { SETTERS } from './options.js';
import { CHATS, REQUESTS, settled } from './outcome.js';
import { takeReply, takeResponse } from './results.js';
import { Stream } from './stream.js';
import { pointerOf } from './upload.js';

const OPTIONS = ['apiKey', 'pid', 'chatbotId', ...Object.keys(SETTERS)];

export let agentOf;

export class Client {
    #flight;
    #agent;

    static {
        agentOf = (value) => {
            if (typeof value !== 'object' || value === null || !(#flight in value))
                throw new TypeError('client must be a Client of this package');
            return { pointer: value.#flight.pointer, agent: value.#agent };
        };
    }

    constructor(options = {}) {
        const { apiKey, pid, chatbotId, ...settings } = named('options', options, OPTIONS);
        this.#agent = { pid, chatbotId };
        for (const [name, value] of Object.entries(this.#agent))
            if (isGiven(value))
                id(name, value);
        const key = text('apiKey', apiKey ?? keyOfEnvironment());
        this.#flight = new Flight(withOptions(settings, (nativeOptions) => made(native.clientNew, key, nativeOptions)));
    }

    whatsappChat(chat) {
        return this.#chat(native.whatsappSubmit, chat, CHAT);
    }

    whatsappChatSync(chat) {
        return this.#chatSync(native.whatsappSend, chat, CHAT);
    }

    chatSend(chat) {
        return this.#chat(native.chatSubmit, chat, PLATFORM_CHAT);
    }

    chatSendSync(chat) {
        return this.#chatSync(native.chatSend, chat, PLATFORM_CHAT);
    }

    async request(method, path, options = {}) {
        const flight = this.#open();
        const signal = signalOf('options', options, REQUEST);
        const outcome = await withCall(options, (call) =>
            flight.submit(native.requestSubmit, requested(method, path, options, call), signal));
        return settled(REQUESTS, { request: { method, path } }, outcome, signal);
    }

    requestSync(method, path, options = {}) {
        const flight = this.#open();
        named('options', options, REQUEST);
        const outcome = withCall(options, (call) =>
            sent(native.clientRequest, takeResponse, flight.pointer, ...requested(method, path, options, call)));
        return settled(REQUESTS, { request: { method, path } }, outcome);
    }

    async upload(path, upload, options = {}) {
        const flight = this.#open();
        const signal = signalOf('options', options, UPLOAD);
        const outcome = await withCall(options, (call) =>
            flight.submit(native.uploadSubmit, [text('path', path), pointerOf(upload), call], signal));
        return settled(REQUESTS, { request: { method: 'POST', path } }, outcome, signal);
    }

    uploadSync(path, upload, options = {}) {
        const flight = this.#open();
        named('options', options, UPLOAD);
        const outcome = withCall(options, (call) =>
            sent(native.clientUpload, takeResponse, flight.pointer, text('path', path), pointerOf(upload), call));
        return settled(REQUESTS, { request: { method: 'POST', path } }, outcome);
    }

    leads(options = {}) {
        return endpoints.leads(this.#get, this.#agent, options);
    }

    sessions(options = {}) {
        return endpoints.sessions(this.#get, this.#agent, options);
    }

    agentSettings(options = {}) {
        return endpoints.agentSettings(this.#get, this.#agent, options);
    }

    stream(path, chat) {
        const flight = this.#open();
        signalOf('chat', chat, PLATFORM_CHAT);
        const stream = withMessage(chat, this.#agent, (message) =>
            made(native.streamOpen, flight.pointer, text('path', path), message));
        return new Stream(stream, chat);
    }

    stats() {
        return JSON.parse(native.clientStats(this.#flight.pointer));
    }

    close() {
        this.#flight.close();
    }

    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
        this.close();
    }

    #get = (path, options) => this.request('GET', path, options);

    /** What a closed client refuses comes before what its arguments are refused for. */
    #open() {
        return this.#flight.pointer && this.#flight;
    }

    async #chat(submit, chat, known) {
        const flight = this.#open();
        const signal = signalOf('chat', chat, known);
        const outcome = await withMessage(chat, this.#agent, (message) => flight.submit(submit, [message], signal));
        return settled(CHATS, { chat }, outcome, signal);
    }

    #chatSync(send, chat, known) {
        const flight = this.#open();
        named('chat', chat, known);
        const outcome = withMessage(chat, this.#agent, (message) => sent(send, takeReply, flight.pointer, message));
        return settled(CHATS, { chat }, outcome);
    }
}

function keyOfEnvironment() {
    const key = process.env.ROBOFY_API_KEY;
    if (!key)
        throw new InvalidArgumentError('apiKey is missing: give the Client one, or set ROBOFY_API_KEY');
    return key;
}

function withOptions(settings, use) {
    const options = native.optionsNew();
    try {
        for (const [name, value] of Object.entries(settings))
            if (isGiven(value))
                SETTERS[name](options, name, value);
        return use(options);
    } finally {
        native.optionsFree(options);
    }
}

function withMessage({ query, sessionId, userContext, platform, timeoutMs, pid, chatbotId }, agent, use) {
    const message = native.messageNew(
        id('pid', pid ?? agent.pid), id('chatbotId', chatbotId ?? agent.chatbotId), messageText('query', query));
    try {
        if (isGiven(sessionId))
            native.messageSetSessionId(message, messageText('sessionId', sessionId));
        if (isGiven(userContext))
            native.messageSetUserContext(message, jsonObject('userContext', userContext));
        if (isGiven(platform))
            native.messageSetPlatform(message, messageText('platform', platform));
        if (isGiven(timeoutMs))
            native.messageSetTimeoutMs(message, milliseconds('timeoutMs', timeoutMs));
        return use(message);
    } finally {
        native.messageFree(message);
    }
}

function withCall({ query, timeoutMs, maxResponseBytes }, use) {
    const call = native.callNew();
    try {
        for (const pair of isGiven(query) ? queryPairs('query', query) : [])
            native.callAddQuery(call, ...pair);
        if (isGiven(timeoutMs))
            native.callSetTimeoutMs(call, milliseconds('timeoutMs', timeoutMs));
        if (isGiven(maxResponseBytes))
            native.callSetMaxResponseBytes(call, integer('maxResponseBytes', maxResponseBytes, 1, Number.MAX_SAFE_INTEGER));
        return use(call);
    } finally {
        native.callFree(call);
    }
}

function requested(method, path, { body }, call) {
    return [text('method', method), text('path', path), null, isGiven(body) ? json('body', body) : null, call];
}

/** What became of a call that blocks. */
function sent(send, take, ...args) {
    const error = [null];
    const pointer = send(...args, error);
    return pointer ? take(pointer) : takeFailure(error[0]);
}
