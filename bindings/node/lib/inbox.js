import { id, integer, isGiven, messageText, milliseconds, named, optional, text } from './arguments.js';
import { agentOf } from './client.js';
import { ACCEPTS } from './declarations.js';
import { errorOf, made, takeFailure } from './failure.js';
import { StorageError } from './failures.js';
import { code } from './inbox-arguments.js';
import { INBOX_SETTERS } from './inbox-options.js';
import { outcomePointerOf, takeOutcome } from './inbox-outcome.js';
import { native } from './native.js';
import { noDescriptorLeft, unwatch, watch } from './watcher.js';
import { eventPointerOf } from './webhook-event.js';

const OPTIONS = ['pid', 'chatbotId', ...Object.keys(INBOX_SETTERS)];
const LONGEST_TIMER_MS = 2 ** 31 - 1;

// Outcomes that are there already are taken without a wait: after so many the event loop has a turn.
const MOST_AT_ONCE = 100;

// One that is waited for is held by the watcher, and one that has a call under way by that.
const forgotten = new FinalizationRegistry((pointer) => native.inboxFree(pointer));

/** From what users write to what is sent to them. */
export class Inbox {
    #pointer;
    #waiting = new Set(); // what takes the outcome, or null, of each poll that waits
    #atOnce = 0; // outcomes taken since the last wait
    #calls = Promise.resolve(); // ends when those that were asked for before have ended
    #isCalling = false;

    constructor(client, options = {}) {
        const { pointer, agent } = agentOf(client);
        const { pid, chatbotId, ...settings } = named('options', options, OPTIONS);
        const names = [id('pid', pid ?? agent.pid), id('chatbotId', chatbotId ?? agent.chatbotId)];
        this.#pointer = withOptions(settings, (nativeOptions) => made(native.inboxNew, pointer, ...names, nativeOptions));
        forgotten.register(this, this.#pointer, this);
    }

    async offer(event) {
        this.#open();
        return ACCEPTS[await this.#call(native.inboxOffer, event, eventPointerOf(event))];
    }

    async offerText(channelId, user, messageId, words) {
        this.#open();
        return ACCEPTS[await this.#call(
            native.inboxOfferText, null, optional('channelId', channelId), text('user', user), text('messageId', messageId),
            messageText('text', words))];
    }

    async poll(timeoutMs) {
        const pointer = this.#open();
        const longest = isGiven(timeoutMs) ? milliseconds('timeoutMs', timeoutMs, 0) : null;
        const outcome = this.#waiting.size > 0 ? null : this.#take();
        if (outcome && ++this.#atOnce % MOST_AT_ONCE === 0)
            await new Promise(setImmediate);
        return outcome || longest === 0 ? outcome : this.#wait(pointer, longest);
    }

    async *[Symbol.asyncIterator]() {
        while (this.#pointer) {
            const outcome = await this.poll();
            if (outcome)
                yield outcome;
        }
    }

    async sent(outcome, part, providerId) {
        this.#open();
        await this.#call(
            native.inboxSent, outcome, outcomePointerOf(outcome), integer('part', part, 0), optional('providerId', providerId));
    }

    async failed(outcome, part, reason) {
        this.#open();
        await this.#call(
            native.inboxFailed, outcome, outcomePointerOf(outcome), integer('part', part, 0), code('code', reason));
    }

    async pause(sessionId, ms) {
        this.#open();
        await this.#call(native.inboxPause, null, messageText('sessionId', sessionId), milliseconds('ms', ms, 0));
    }

    async resume(sessionId) {
        this.#open();
        await this.#call(native.inboxResume, null, messageText('sessionId', sessionId));
    }

    stats() {
        const figures = native.inboxStats(this.#open());
        if (figures === null)
            throw new StorageError('what the inbox keeps cannot be read');
        return JSON.parse(figures);
    }

    async close() {
        const pointer = this.#pointer;
        this.#pointer = null;
        for (const take of this.#waiting)
            take(null);
        if (this.#isCalling)
            await this.#calls;
        if (pointer && forgotten.unregister(this))
            native.inboxFree(pointer);
    }

    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
        this.close();
    }

    [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
        return this.close();
    }

    #open() {
        if (!this.#pointer)
            throw new Error('this Inbox is closed: make another');
        return this.#pointer;
    }

    #take() {
        const outcome = native.inboxPoll(this.#pointer, 0);
        return outcome && takeOutcome(outcome);
    }

    #wait(pointer, longest) {
        this.#atOnce = 0;
        const descriptor = native.inboxPollFd(pointer);
        if (descriptor < 0)
            throw noDescriptorLeft();
        // First, since it throws where no descriptor is left: then nobody waits.
        watch(descriptor, () => this.#hand());
        return new Promise((resolve) => {
            const take = (outcome) => {
                clearTimeout(timer);
                this.#waiting.delete(take);
                if (this.#waiting.size === 0)
                    unwatch(descriptor);
                resolve(outcome);
            };
            const timer = longest && setTimeout(take, Math.min(longest, LONGEST_TIMER_MS), null);
            this.#waiting.add(take);
        });
    }

    /** To those that wait, in the order in which they came. */
    #hand() {
        for (const take of this.#waiting) {
            const outcome = this.#take();
            if (!outcome)
                break;
            take(outcome);
        }
    }

    /**
     * On a thread of libuv's pool, because it may wait for the disk; one after another, which keeps their order. What is
     * `used` meanwhile is not collected.
     */
    async #call(run, used, ...args) {
        const error = [null];
        const called = this.#calls.then(() => new Promise((resolve, reject) => {
            run.async(this.#open(), ...args, error, (trouble, result) => {
                this.#isCalling = false;
                if (trouble)
                    reject(trouble);
                else
                    resolve(result, used);
            });
            this.#isCalling = true;
        }));
        this.#calls = called.catch(() => {});
        const result = await called;
        if (!result)
            throw errorOf(takeFailure(error[0]).failure);
        return result;
    }
}

function withOptions(settings, use) {
    const options = native.inboxOptionsNew();
    try {
        for (const [name, value] of Object.entries(settings))
            if (isGiven(value))
                INBOX_SETTERS[name](options, name, value);
        return use(options);
    } finally {
        native.inboxOptionsFree(options);
    }
}
