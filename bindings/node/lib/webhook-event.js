/** One event of a webhook. `console.log` and the like show no part of the body, in which some channels send a key. */
export class WebhookEvent {
    #body;

    constructor(facts, body) {
        Object.assign(this, facts);
        Object.freeze(this);
        this.#body = body;
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
