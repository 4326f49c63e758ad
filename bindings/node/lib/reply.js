/** The agent's answer to one message; as a string it is the answer. */
export class Reply {
    #parts;

    constructor(facts, parts) {
        Object.assign(this, facts);
        Object.freeze(this);
        this.#parts = parts;
    }

    /** The body parsed: everything the service sent, with keys that this class does not know. */
    json() {
        return JSON.parse(this.body);
    }

    parts(limit) {
        return this.#parts(this.answer, limit);
    }

    toString() {
        return this.answer;
    }
}
