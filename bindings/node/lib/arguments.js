// JavaScript's values on their way to C: each is checked first, and a refusal names the parameter.

import { InvalidArgumentError } from './failures.js';

// With this flag what is one of a pair does not match.
const LONE_SURROGATES = /\p{Surrogate}/gu;
const NOT_TEXT = /\0|\p{Surrogate}/u;
const LONGEST_MS = 1e12;

/** What a chat is made of. */
export const CHAT = ['query', 'sessionId', 'userContext', 'timeoutMs', 'pid', 'chatbotId'];

/** A C string can hold neither U+0000 nor a lone surrogate. */
export function text(name, value) {
    if (typeof value !== 'string')
        throw new TypeError(`${name} must be a string, not ${kind(value)}`);
    const found = NOT_TEXT.exec(value);
    if (found) {
        const what = found[0] === '\0' ? 'a NUL (U+0000)' : 'a lone surrogate';
        throw new InvalidArgumentError(`${name} contains ${what} at index ${found.index}: remove it`);
    }
    return value;
}

/** What a user wrote: half of a surrogate pair, as of an emoji that was cut, becomes U+FFFD as in an answer. */
export function messageText(name, value) {
    return text(name, typeof value === 'string' ? value.replace(LONE_SURROGATES, '\ufffd') : value);
}

/** A project or an agent, which the client names for the chats that do not. */
export function id(name, value) {
    if (value === undefined || value === null)
        throw new InvalidArgumentError(`${name} is missing: give it to the chat or to the Client`);
    return messageText(name, value);
}

export function jsonObject(name, value) {
    let json;
    try {
        json = JSON.stringify(object(name, value));
    } catch (error) {
        throw new TypeError(`${name} must hold JSON values only: ${error.message.split('\n', 1)}`, { cause: error });
    }
    return text(name, json);
}

/** Not by its class: an AbortSignal of another realm, as in a test's, is one too. */
export function abortSignal(name, value) {
    if (value !== undefined && value !== null && typeof value.throwIfAborted !== 'function')
        throw new TypeError(`${name} must be an AbortSignal, not ${kind(value)}`);
    return value;
}

export function milliseconds(name, value) {
    if (typeof value !== 'number')
        throw new TypeError(`${name} must be a number of milliseconds, not ${kind(value)}`);
    if (!(value > 0 && value <= LONGEST_MS))
        throw new InvalidArgumentError(`${name} must be more than 0 and at most ${LONGEST_MS} milliseconds, not ${value}`);
    return Math.max(1, Math.round(value));
}

/** The range is checked here: the foreign function interface would cut off the bits that do not fit. */
export function integer(name, value, least, most = 2 ** 32 - 1) {
    if (typeof value !== 'number')
        throw new TypeError(`${name} must be a number, not ${kind(value)}`);
    if (!Number.isInteger(value) || value < least || value > most)
        throw new InvalidArgumentError(`${name} must be a whole number between ${least} and ${most}, not ${value}`);
    return value;
}

export function rate(name, value) {
    const { perMinute, burst } = named(name, value, ['perMinute', 'burst']);
    return [integer(`${name}.perMinute`, perMinute, 1), integer(`${name}.burst`, burst ?? 1, 1)];
}

export function boolean(name, value) {
    if (typeof value !== 'boolean')
        throw new TypeError(`${name} must be a boolean, not ${kind(value)}`);
    return value;
}

/** An object of known names: a name that is misspelt is not passed over. */
export function named(name, value, known) {
    const unknown = Object.keys(object(name, value)).find((key) => !known.includes(key));
    if (unknown !== undefined)
        throw new TypeError(`${name} has no ${unknown}: it takes ${known.join(', ')}`);
    return value;
}

function object(name, value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new TypeError(`${name} must be an object, not ${kind(value)}`);
    return value;
}

function kind(value) {
    return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
}
