/** One event of a stream. */
export class StreamEvent {
    constructor(facts) {
        Object.assign(this, facts);
        Object.freeze(this);
    }

    json() {
        return JSON.parse(this.body);
    }
}
