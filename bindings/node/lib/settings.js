/** The settings of an agent: its secret, and what else may hold it, is shown by no `console.log` and the like. */
export class AgentSettings {
    #llmApiKey;
    #all;

    constructor({ llmApiKey, all, ...shown }) {
        Object.assign(this, shown);
        Object.freeze(this);
        this.#llmApiKey = llmApiKey;
        this.#all = all;
    }

    get llmApiKey() {
        return this.#llmApiKey;
    }

    get all() {
        return this.#all;
    }

    /** Also where getters are to be shown. */
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        return `AgentSettings ${inspect({ ...this }, options)}`;
    }
}
