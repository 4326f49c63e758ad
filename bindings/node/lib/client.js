import { boolean, integer, jsonObject, messageText, milliseconds, named, text } from './arguments.js';
import { ChatCancelledError, noDescriptorLeft } from './errors.js';
import { native } from './native.js';
import { takeCompletion, takeError, takeReply } from './results.js';
import { unwatch, watch } from './watcher.js';

// How many chats one wake of the event loop collects, so that other work gets its turn in between.
const MOST_AT_ONCE = 256;

const OPTIONS = {
    baseUrl: (options, value, name) => native.setBaseUrl(options, text(name, value)),
    timeoutMs: (options, value, name) => native.setTimeoutMs(options, milliseconds(name, value)),
    connectTimeoutMs: (options, value, name) => native.setConnectTimeoutMs(options, milliseconds(name, value)),
    maxRetries: (options, value, name) => native.setMaxRetries(options, integer(name, value)),
    retryAmbiguous: (options, value, name) => native.setRetryAmbiguous(options, boolean(name, value)),
    proxy: (options, value, name) => native.setProxy(options, text(name, value)),
    caFile: (options, value, name) => native.setCaFile(options, text(name, value)),
    userAgent: (options, value, name) => native.setUserAgent(options, text(name, value)),
    maxResponseBytes: (options, value, name) =>
        native.setMaxResponseBytes(options, integer(name, value, 1, Number.MAX_SAFE_INTEGER)),
    maxInFlight: (options, value, name) => native.setMaxInFlight(options, integer(name, value)),
    orderedSessions: (options, value, name) => native.setOrderedSessions(options, boolean(name, value)),
    rateLimit: (options, value, name) => {
        const { perMinute, burst = 1 } = named(name, value, ['perMinute', 'burst']);
        native.setRateLimit(options, integer(`${name}.perMinute`, perMinute, 1), integer(`${name}.burst`, burst, 1));
    },
};
const CHAT = ['pid', 'chatbotId', 'query', 'sessionId', 'userContext', 'timeoutMs', 'signal'];

// A client that is forgotten is freed; one with chats in flight is held by the watcher until they have completed.
const forgotten = new FinalizationRegistry((pointer) => native.clientFree(pointer));

export class Client {
    #pointer;
    #descriptor = -1;
    #nextTag = 0;
    #chats = new Map(); // tag -> { resolve, reject, signal }

    constructor(apiKey, options = {}) {
        named('options', options, Object.keys(OPTIONS));
        text('apiKey', apiKey);
        const nativeOptions = native.optionsNew();
        try {
            for (const [name, value] of Object.entries(options))
                if (value !== undefined && value !== null)
                    OPTIONS[name](nativeOptions, value, name);
            const error = [null];
            this.#pointer = native.clientNew(apiKey, nativeOptions, error);
            if (!this.#pointer)
                throw takeError(error[0]);
        } finally {
            native.optionsFree(nativeOptions);
        }
        forgotten.register(this, this.#pointer, this);
    }

    async whatsappChat(chat) {
        const client = this.#open();
        const { signal } = named('chat', chat, CHAT);
        signal?.throwIfAborted();
        return await withMessage(chat, (message) => this.#submit(client, message, signal));
    }

    whatsappChatSync(chat) {
        const client = this.#open();
        named('chat', chat, CHAT.filter((name) => name !== 'signal'));
        return withMessage(chat, (message) => {
            const error = [null];
            const reply = native.send(client, message, error);
            if (!reply)
                throw takeError(error[0]);
            return takeReply(reply);
        });
    }

    stats() {
        return JSON.parse(native.stats(this.#open()));
    }

    close() {
        if (!this.#pointer)
            return;
        unwatch(this.#descriptor);
        forgotten.unregister(this);
        native.clientFree(this.#pointer);
        this.#pointer = null;
        const chats = [...this.#chats.values()];
        this.#chats.clear();
        for (const chat of chats)
            chat.reject(new ChatCancelledError(
                'the client was closed while the chat was waiting: the agent may have seen the message'));
    }

    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
        this.close();
    }

    #open() {
        if (!this.#pointer)
            throw new Error('this Client is closed: make another');
        return this.#pointer;
    }

    #submit(client, message, signal) {
        this.#watch(client);
        const tag = this.#nextTag++;
        const error = [null];
        if (!native.submit(client, message, tag, error)) {
            this.#stopWatchingIfIdle();
            throw takeError(error[0]);
        }
        return new Promise((resolve, reject) => {
            const abort = () => native.cancel(client, tag);
            const settle = (how) => (value) => {
                signal?.removeEventListener('abort', abort);
                how(value);
            };
            this.#chats.set(tag, { resolve: settle(resolve), reject: settle(reject), signal });
            signal?.addEventListener('abort', abort, { once: true });
        });
    }

    #watch(client) {
        if (this.#chats.size > 0)
            return;
        const descriptor = native.pollFd(client);
        if (descriptor < 0)
            throw noDescriptorLeft();
        this.#descriptor = descriptor;
        watch(descriptor, () => this.#collect());
    }

    #stopWatchingIfIdle() {
        if (this.#chats.size === 0)
            unwatch(this.#descriptor);
    }

    #collect() {
        for (let i = 0; i < MOST_AT_ONCE && this.#pointer; i++) {
            const completion = native.poll(this.#pointer, 0);
            if (!completion)
                break;
            const { tag, reply, error } = takeCompletion(completion);
            const chat = this.#chats.get(tag);
            this.#chats.delete(tag);
            if (reply)
                chat.resolve(reply);
            else
                chat.reject(error instanceof ChatCancelledError && chat.signal?.aborted ? chat.signal.reason : error);
        }
        this.#stopWatchingIfIdle();
    }
}

function withMessage({ pid, chatbotId, query, sessionId, userContext, timeoutMs }, use) {
    const message = native.messageNew(messageText('pid', pid), messageText('chatbotId', chatbotId), messageText('query', query));
    try {
        if (sessionId !== undefined && sessionId !== null)
            native.setSessionId(message, messageText('sessionId', sessionId));
        if (userContext !== undefined && userContext !== null)
            native.setUserContext(message, jsonObject('userContext', userContext));
        if (timeoutMs !== undefined && timeoutMs !== null)
            native.setMessageTimeoutMs(message, milliseconds('timeoutMs', timeoutMs));
        return use(message);
    } finally {
        native.messageFree(message);
    }
}
