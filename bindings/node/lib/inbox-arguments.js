// Options of an inbox that have several forms or values.

import { integer, member, messageText, named, text } from './arguments.js';
import { DIALECTS, MEDIA_POLICIES } from './declarations.js';
import { Status } from './status.js';

export function dialect(name, value) {
    return member(name, value, DIALECTS);
}

/** A text for each status, of which OK stands for all others. */
export function fallbacks(name, value) {
    const texts = typeof value === 'string' ? { [Status.OK]: value } : named(name, value, Object.values(Status).map(String));
    return Object.entries(texts).map(([status, each]) => [Number(status), told(`${name}[${status}]`, each)]);
}

export function media(name, value) {
    const { policy, text: words } = named(name, value, ['policy', 'text']);
    return [member(`${name}.policy`, policy, MEDIA_POLICIES), told(`${name}.text`, words)];
}

/** The words, one a line, and what the user is told. */
export function words(name, value) {
    const { words: listed, text: answer } = Array.isArray(value) ? { words: value } : named(name, value, ['words', 'text']);
    if (!Array.isArray(listed))
        throw new TypeError(`${name}.words must be an array of strings`);
    return [listed.map((each) => text(`each of ${name}`, each)).join('\n'), told(`${name}.text`, answer)];
}

/** Meta's code, an HTTP status, or less than 0. */
export function code(name, value) {
    return integer(name, value, -(2 ** 31), 2 ** 31 - 1);
}

function told(name, value) {
    return value === undefined || value === null ? null : messageText(name, value);
}
