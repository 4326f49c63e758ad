import { fileURLToPath } from 'node:url';
import { bytes, named, optional, text } from './arguments.js';
import { native } from './native.js';

const forgotten = new FinalizationRegistry((pointer) => native.uploadFree(pointer));

export let pointerOf;

/** A form with files. It may be sent again, and tells meanwhile how far it has come. */
export class Upload {
    #pointer = native.uploadNew();

    static {
        pointerOf = (value) => {
            if (typeof value !== 'object' || value === null || !(#pointer in value))
                throw new TypeError('upload must be an Upload of this package');
            return value.#pointer;
        };
    }

    constructor() {
        forgotten.register(this, this.#pointer);
    }

    addText(name, value) {
        native.uploadAddText(this.#pointer, text('name', name), text('value', value));
        return this;
    }

    addFile(name, path, options = {}) {
        const { fileName, contentType } = named('options', options, ['fileName', 'contentType']);
        native.uploadAddFile(
            this.#pointer, text('name', name), text('path', path instanceof URL ? fileURLToPath(path) : path),
            optional('fileName', fileName), optional('contentType', contentType));
        return this;
    }

    addBytes(name, content, options) {
        const { fileName, contentType } = named('options', options, ['fileName', 'contentType']);
        const octets = typeof content === 'string' ? Buffer.from(content) : bytes('content', content);
        native.uploadAddBytes(
            this.#pointer, text('name', name), octets, octets.length, text('fileName', fileName),
            optional('contentType', contentType));
        return this;
    }

    get sent() {
        return Number(native.uploadSent(this.#pointer));
    }

    get total() {
        return Number(native.uploadTotal(this.#pointer));
    }
}
