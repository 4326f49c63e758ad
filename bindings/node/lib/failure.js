// The library's errors on their way to JavaScript: read, then freed.

import { NAMES } from './declarations.js';
import { RobofyError } from './errors.js';
import * as failures from './failures.js';
import { native } from './native.js';

const CLASSES = new Map(Object.values(failures).map((type) => [type.status, type]));
// Within a message a session_id is a member of the service's JSON.
const PARAMETERS = NAMES.filter((name) => name !== 'session_id').join('|');
const FOREIGN = new RegExp(`^session_id\\b|\\b(?:${PARAMETERS})\\b`, 'g');

/** What the library makes, or its error. */
export function made(make, ...args) {
    const error = [null];
    const result = make(...args, error);
    if (result === null)
        throw errorOf(takeFailure(error[0]).failure);
    return result;
}

/** The failure of which `errorOf` makes an error. */
export function takeFailure(error) {
    try {
        return { failure: readFailure(error) };
    } finally {
        native.errorFree(error);
    }
}

/** A status that a later library adds is a plain RobofyError with its number. */
export function errorOf({ message, ...facts }) {
    return new (CLASSES.get(facts.status) ?? RobofyError)(message, facts);
}

export function readFailure(error) {
    return {
        message: native.errorMessage(error).replace(FOREIGN, camel),
        status: native.errorStatus(error),
        httpStatus: native.errorHttpStatus(error) || null,
        code: native.errorCode(error),
        detail: native.errorDetail(error),
        isRetryable: native.errorIsRetryable(error),
        retryAfterMs: Number(native.errorRetryAfterMs(error)) || null,
    };
}

function camel(name) {
    return name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
}
