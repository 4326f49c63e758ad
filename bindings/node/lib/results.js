// The library's replies, errors and completions on their way to JavaScript: read, then freed.

import { errorOf } from './errors.js';
import { native } from './native.js';
import { Reply } from './reply.js';

export function takeReply(reply) {
    try {
        return readReply(reply);
    } finally {
        native.replyFree(reply);
    }
}

export function takeError(error) {
    try {
        return readError(error);
    } finally {
        native.errorFree(error);
    }
}

/** The completion's tag, and its reply or its error. */
export function takeCompletion(completion) {
    try {
        const reply = native.completionReply(completion);
        return {
            tag: native.completionTag(completion),
            reply: reply ? readReply(reply) : null,
            error: reply ? null : readError(native.completionError(completion)),
        };
    } finally {
        native.completionFree(completion);
    }
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

function readError(error) {
    return errorOf(native.errorMessage(error), {
        status: native.errorStatus(error),
        httpStatus: native.errorHttpStatus(error) || null,
        code: native.errorCode(error),
        detail: native.errorDetail(error),
        isRetryable: native.errorIsRetryable(error),
        retryAfterMs: Number(native.errorRetryAfterMs(error)) || null,
    });
}
