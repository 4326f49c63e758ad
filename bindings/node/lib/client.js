import { channel } from 'node:diagnostics_channel';
import { setMaxListeners } from 'node:events';
import { CHAT, abortSignal, id, jsonObject, messageText, milliseconds, named, text } from './arguments.js';
import { InvalidArgumentError } from './failures.js';
import { native } from './native.js';
import { SETTERS } from './options.js';
import { errorOf, takeCompletion, takeFailure, takeReply } from './results.js';
import { Status } from './status.js';
import { noDescriptorLeft, unwatch, watch } from './watcher.js';

// How many chats one wake of the event loop collects, so that other work gets its turn in between.
const MOST_AT_ONCE = 256;

const OPTIONS = ['apiKey', 'pid', 'chatbotId', ...Object.keys(SETTERS)];

// Told of each chat that failed or was sent more than once.
const troubled = channel('robofy:chat');

// A client that is forgotten is freed; one with chats in flight is held by the watcher until they have completed.
const forgotten = new FinalizationRegistry((pointer) => native.clientFree(pointer));

export class Client {
    #pointer;
    #agent;
    #descriptor = -1;
    #nextTag = 0;
    #chats = new Map(); // tag -> what is to be called with the outcome

    constructor(options = {}) {
        const { apiKey, pid, chatbotId, ...settings } = named('options', options, OPTIONS);
        this.#agent = { pid, chatbotId };
        for (const [name, value] of Object.entries(this.#agent))
            if (value !== undefined && value !== null)
                id(name, value);
        const key = text('apiKey', apiKey ?? keyOfEnvironment());
        this.#pointer = withOptions(settings, (nativeOptions) => {
            const error = [null];
            const pointer = native.clientNew(key, nativeOptions, error);
            if (!pointer)
                throw errorOf(takeFailure(error[0]).failure);
            return pointer;
        });
        forgotten.register(this, this.#pointer, this);
    }

    async whatsappChat(chat) {
        const client = this.#open();
        const signal = abortSignal('signal', named('chat', chat, [...CHAT, 'signal']).signal);
        signal?.throwIfAborted();
        const outcome = await this.#withMessage(chat, (message) => this.#submit(client, message, signal));
        if (outcome.failure?.status === Status.CANCELLED)
            signal?.throwIfAborted();
        return settled(chat, outcome);
    }

    whatsappChatSync(chat) {
        const client = this.#open();
        named('chat', chat, CHAT);
        return settled(chat, this.#withMessage(chat, (message) => {
            const error = [null];
            const reply = native.whatsappSend(client, message, error);
            return reply ? takeReply(reply) : takeFailure(error[0]);
        }));
    }

    stats() {
        return JSON.parse(native.clientStats(this.#open()));
    }

    close() {
        if (!this.#pointer)
            return;
        unwatch(this.#descriptor);
        forgotten.unregister(this);
        native.clientFree(this.#pointer);
        this.#pointer = null;
        const message = 'the client was closed while the chat was waiting: the agent may have seen the message';
        for (const settle of this.#chats.values())
            settle({ failure: { message, status: Status.CANCELLED } });
        this.#chats.clear();
    }

    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
        this.close();
    }

    #open() {
        if (!this.#pointer)
            throw new Error('this Client is closed: make another');
        return this.#pointer;
    }

    #withMessage({ query, sessionId, userContext, timeoutMs, pid, chatbotId }, use) {
        const message = native.messageNew(
            id('pid', pid ?? this.#agent.pid),
            id('chatbotId', chatbotId ?? this.#agent.chatbotId),
            messageText('query', query));
        try {
            if (sessionId !== undefined && sessionId !== null)
                native.messageSetSessionId(message, messageText('sessionId', sessionId));
            if (userContext !== undefined && userContext !== null)
                native.messageSetUserContext(message, jsonObject('userContext', userContext));
            if (timeoutMs !== undefined && timeoutMs !== null)
                native.messageSetTimeoutMs(message, milliseconds('timeoutMs', timeoutMs));
            return use(message);
        } finally {
            native.messageFree(message);
        }
    }

    #submit(client, message, signal) {
        this.#watch(client);
        const tag = this.#nextTag++;
        const error = [null];
        if (!native.whatsappSubmit(client, message, tag, error)) {
            this.#stopWatchingIfIdle();
            return takeFailure(error[0]);
        }
        return new Promise((resolve) => {
            const abort = () => native.clientCancel(client, tag);
            this.#chats.set(tag, (outcome) => {
                signal?.removeEventListener('abort', abort);
                resolve(outcome);
            });
            if (signal instanceof EventTarget)
                setMaxListeners(0, signal); // one for many chats, as for a shutdown, is no leak to warn of
            signal?.addEventListener('abort', abort, { once: true });
        });
    }

    #watch(client) {
        if (this.#chats.size > 0)
            return;
        const descriptor = native.clientPollFd(client);
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
            const completion = native.clientPoll(this.#pointer, 0);
            if (!completion)
                break;
            const { tag, ...outcome } = takeCompletion(completion);
            this.#chats.get(tag)(outcome);
            this.#chats.delete(tag);
        }
        this.#stopWatchingIfIdle();
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
            if (value !== undefined && value !== null)
                SETTERS[name](options, name, value);
        return use(options);
    } finally {
        native.optionsFree(options);
    }
}

/** An error that is made here, after an `await`, has the frames of whoever waits. */
function settled(chat, { reply, failure }) {
    const error = failure && errorOf(failure);
    if (troubled.hasSubscribers && (error || reply.attempts > 1))
        troubled.publish({ chat, reply, error });
    if (error)
        throw error;
    return reply;
}
