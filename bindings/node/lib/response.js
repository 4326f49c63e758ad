/** What an endpoint has answered. No part of the body, which may hold a secret, is shown by `console.log` and the like. */
export class Response {
    #body;
    #data;
    #header;

    constructor(facts, { body, data, header }) {
        Object.assign(this, facts);
        Object.freeze(this);
        this.#body = body;
        this.#data = { text: data };
        this.#header = header;
    }

    get body() {
        return this.#body;
    }

    get data() {
        return this.#data.value ??= JSON.parse(this.#data.text() ?? 'null');
    }

    header(name) {
        return this.#header(name);
    }

    json() {
        return JSON.parse(this.#body);
    }
}
