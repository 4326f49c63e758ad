// The library's replies, errors and completions on their way to JavaScript: read, then freed.

import { NAMES } from './declarations.js';
import { RobofyError } from './errors.js';
import * as failures from './failures.js';
import { native } from './native.js';
import { Reply } from './reply.js';

const CLASSES = new Map(Object.values(failures).map((type) => [type.status, type]));
// Within a message a session_id is a member of the service's JSON.
const PARAMETERS = NAMES.filter((name) => name !== 'session_id').join('|');
const FOREIGN = new RegExp(`^session_id\\b|\\b(?:${PARAMETERS})\\b`, 'g');

/** What became of a chat: a reply, or the failure of which `errorOf` makes an error. */
export function takeReply(reply) {
    try {
        return { reply: readReply(reply) };
    } finally {
        native.replyFree(reply);
    }
}

export function takeFailure(error) {
    try {
        return { failure: readFailure(error) };
    } finally {
        native.errorFree(error);
    }
}

export function takeCompletion(completion) {
    try {
        const tag = native.completionTag(completion);
        const reply = native.completionReply(completion);
        return reply ? { tag, reply: readReply(reply) } : { tag, failure: readFailure(native.completionError(completion)) };
    } finally {
        native.completionFree(completion);
    }
}

/** A status that a later library adds is a plain RobofyError with its number. */
export function errorOf({ message, ...facts }) {
    return new (CLASSES.get(facts.status) ?? RobofyError)(message, facts);
}

function readReply(reply) {
    return new Reply({
        answer: native.replyAnswer(reply),
        sessionId: native.replySessionId(reply),
        message: native.replyMessage(reply),
        body: native.replyJson(reply),
        attempts: native.replyAttempts(reply),
        elapsedMs: Number(native.replyElapsedUs(reply)) / 1000,
    });
}

function readFailure(error) {
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
