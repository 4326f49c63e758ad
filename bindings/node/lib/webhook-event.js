export let eventPointerOf;

/** One event of a webhook. `console.log` and the like show no part of the body, in which some channels send a key. */
export class WebhookEvent {
    #body;
    #pointer;
    #owner; // of what the pointer points to

    static {
        eventPointerOf = (value) => {
            if (typeof value !== 'object' || value === null || !(#pointer in value))
                throw new TypeError('event must be a WebhookEvent of an Incoming');
            return value.#pointer;
        };
    }

    constructor(facts, body, pointer, owner) {
        Object.assign(this, facts);
        Object.freeze(this);
        this.#body = body;
        this.#pointer = pointer;
        this.#owner = owner;
    }

    get body() {
        return this.#body;
    }

    json() {
        return JSON.parse(this.#body);
    }

    /** What the webhook has; also where getters are to be shown. */
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        const given = Object.entries(this).filter(([, value]) => value !== null);
        return `WebhookEvent ${inspect(Object.fromEntries(given), options)}`;
    }
}
