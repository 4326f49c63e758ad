// JavaScript's values on their way to C: each is checked first, and a refusal names the parameter.

import { types } from 'node:util';
import { InvalidArgumentError } from './failures.js';

// With this flag what is one of a pair does not match.
const LONE_SURROGATES = /\p{Surrogate}/gu;
const NOT_TEXT = /\0|\p{Surrogate}/u;
const NOT_TEXTS = new RegExp(NOT_TEXT, 'gu');
const LONGEST_MS = 1e12;

// In JSON text a lone surrogate is an escape; what else follows a backslash is passed over.
const ESCAPES = /\\(?:u(d[89a-f][0-9a-f]{2})|.)/g;

/** What a chat is made of. */
export const CHAT = ['query', 'sessionId', 'userContext', 'timeoutMs', 'pid', 'chatbotId'];
export const PLATFORM_CHAT = [...CHAT, 'platform'];

/** How a request behaves, and what it sends. */
export const REQUEST = ['query', 'body', 'timeoutMs', 'maxResponseBytes'];
export const UPLOAD = ['timeoutMs', 'maxResponseBytes'];

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
    if (!isGiven(value))
        throw new InvalidArgumentError(`${name} is missing: give it to the chat or to the Client`);
    return messageText(name, value);
}

/** What a stranger wrote is no fault of the caller's. A NUL would end it early. */
export function header(name, value) {
    const joined = Array.isArray(value) ? value.join(', ') : value;
    return text(name, typeof joined === 'string' ? joined.replace(NOT_TEXTS, '\ufffd') : joined);
}

/** Nobody may go without one by mistake, as where a variable of the environment is not set. */
export function secret(name, value) {
    if (text(name, value) === '')
        throw new InvalidArgumentError(`${name} must not be empty`);
    return value;
}

/** The number of one of these names. What is none may be a secret in the wrong place. */
export function member(name, value, names) {
    const found = names.indexOf(text(name, value));
    if (found < 0)
        throw new InvalidArgumentError(`${name} must be one of ${names.join(', ')}`);
    return found;
}

/** The bytes themselves, not a copy. */
export function bytes(name, value) {
    if (ArrayBuffer.isView(value))
        return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    if (types.isAnyArrayBuffer(value))
        return Buffer.from(value);
    throw new TypeError(`${name} must be a Buffer, another typed array or an ArrayBuffer, not ${kind(value)}`);
}

export function jsonObject(name, value) {
    return json(name, object(name, value));
}

/** Any value that JSON has. */
export function json(name, value) {
    let found;
    try {
        found = JSON.stringify(value);
    } catch (error) {
        throw new TypeError(`${name} must hold JSON values only: ${error.message.split('\n', 1)}`, { cause: error });
    }
    if (found === undefined)
        throw new TypeError(`${name} must be a JSON value, not ${kind(value)}`);
    return found.replace(ESCAPES, (escape, lone) => lone ? '\ufffd' : escape);
}

/** The pairs of a URL's query, from an object or, as of URLSearchParams, one after another. */
export function queryPairs(name, value) {
    const isIterable = Array.isArray(value) || typeof object(name, value)[Symbol.iterator] === 'function';
    const pairs = isIterable ? [...value] : Object.entries(value);
    return pairs.filter(([, each]) => isGiven(each)).map(([key, each]) => {
        if (!['string', 'number', 'boolean'].includes(typeof each))
            throw new TypeError(`${name}.${key} must be a string, a number or a boolean, not ${kind(each)}`);
        return [messageText(name, key), messageText(`${name}.${key}`, `${each}`)];
    });
}

/** What is left out, undefined or null is the default. */
export function isGiven(value) {
    return value !== undefined && value !== null;
}

export function optional(name, value) {
    return isGiven(value) ? text(name, value) : null;
}

/** The signal of options that are these. */
export function signalOf(name, options, known) {
    const signal = abortSignal('signal', named(name, options, [...known, 'signal']).signal);
    signal?.throwIfAborted();
    return signal;
}

/** Not by its class: an AbortSignal of another realm, as in a test's, is one too. */
function abortSignal(name, value) {
    if (isGiven(value) && typeof value.throwIfAborted !== 'function')
        throw new TypeError(`${name} must be an AbortSignal, not ${kind(value)}`);
    return value;
}

/** 0 is allowed where `least` is 0; otherwise a part of a millisecond is one. */
export function milliseconds(name, value, least = 1) {
    if (typeof value !== 'number')
        throw new TypeError(`${name} must be a number of milliseconds, not ${kind(value)}`);
    if (!((value > 0 || value === least) && value <= LONGEST_MS)) {
        const from = least ? 'more than 0' : '0 or more';
        throw new InvalidArgumentError(`${name} must be ${from} and at most ${LONGEST_MS} milliseconds, not ${value}`);
    }
    return Math.max(least, Math.round(value));
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
