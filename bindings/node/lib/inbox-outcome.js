import { errorOf, readFailure } from './failure.js';
import { native } from './native.js';
import { readOutcome } from './outcomes.js';
import { readReply } from './results.js';

const forgotten = new FinalizationRegistry((pointer) => native.outcomeFree(pointer));

export let takeOutcome;
export let outcomePointerOf;

/** Something to send, to show or to know. `console.log` and the like show no text. */
export class Outcome {
    #pointer;
    #parts;
    #requests;
    #reply;
    #error;

    static {
        takeOutcome = (pointer) => new Outcome(pointer);
        outcomePointerOf = (value) => {
            if (typeof value !== 'object' || value === null || !(#pointer in value))
                throw new TypeError('outcome must be an Outcome of an Inbox');
            return value.#pointer;
        };
    }

    constructor(pointer) {
        const parts = native.outcomeParts(pointer);
        forgotten.register(this, pointer);
        this.#pointer = pointer;
        const reply = native.outcomeReply(pointer);
        const error = native.outcomeError(pointer);
        this.#parts = listed((index) => native.partsText(parts, index));
        this.#requests = listed((index) => native.outcomeRequest(pointer, index));
        this.#reply = reply && readReply(reply);
        this.#error = error && errorOf(readFailure(error));
        Object.assign(this, readOutcome(pointer), { messageIds: listed((index) => native.outcomeMessageId(pointer, index)) });
        Object.freeze(this);
    }

    get parts() {
        return this.#parts;
    }

    get requests() {
        return this.#requests;
    }

    get reply() {
        return this.#reply;
    }

    get error() {
        return this.#error;
    }

    /** Also where getters are to be shown. */
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        return `Outcome ${inspect({ ...this }, options)}`;
    }
}

/** Up to the first that there is not. */
function listed(at) {
    const all = [];
    for (let each; (each = at(all.length)) !== null;)
        all.push(each);
    return Object.freeze(all);
}
