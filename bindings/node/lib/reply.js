/** The agent's answer to one message; as a string it is the answer. */
export class Reply {
    constructor(facts) {
        Object.assign(this, facts);
        Object.freeze(this);
    }

    /** The body parsed: everything the service sent, with keys that this class does not know. */
    json() {
        return JSON.parse(this.body);
    }

    toString() {
        return this.answer;
    }
}
