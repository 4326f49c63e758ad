// The library's replies, responses, events, errors and completions on their way to JavaScript: read, then freed.

import { text } from './arguments.js';
import { STREAM_EVENT_KINDS, NAMES } from './declarations.js';
import { RobofyError } from './errors.js';
import { StreamEvent } from './stream-event.js';
import * as failures from './failures.js';
import { koffi } from './koffi.js';
import { native } from './native.js';
import { Reply } from './reply.js';
import { Response } from './response.js';

const CLASSES = new Map(Object.values(failures).map((type) => [type.status, type]));
// Within a message a session_id is a member of the service's JSON.
const PARAMETERS = NAMES.filter((name) => name !== 'session_id').join('|');
const FOREIGN = new RegExp(`^session_id\\b|\\b(?:${PARAMETERS})\\b`, 'g');

// The library keeps the headers; the garbage collector does not see its memory, but the copy of the body it does.
const forgotten = new FinalizationRegistry((free) => free());

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

export function takeResponse(response) {
    return { response: ownedResponse(response, () => native.responseFree(response)) };
}

export function takeCompletion(completion) {
    const tag = native.completionTag(completion);
    const response = native.completionResponse(completion);
    if (response)
        return { tag, response: ownedResponse(response, () => native.completionFree(completion)) };
    try {
        const reply = native.completionReply(completion);
        return reply ? { tag, reply: readReply(reply) } : { tag, failure: readFailure(native.completionError(completion)) };
    } finally {
        native.completionFree(completion);
    }
}

export function takeStreamEvent(event) {
    try {
        return new StreamEvent({
            kind: STREAM_EVENT_KINDS[native.streamEventKind(event)] ?? STREAM_EVENT_KINDS[0],
            text: native.streamEventText(event),
            name: native.streamEventName(event),
            body: native.streamEventJson(event),
        });
    } finally {
        native.streamEventFree(event);
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

function ownedResponse(response, free) {
    const length = Number(native.responseBodyLength(response));
    const owner = new Response({
        status: native.responseStatus(response),
        attempts: native.responseAttempts(response),
        elapsedMs: Number(native.responseElapsedUs(response)) / 1000,
    }, {
        body: Buffer.from(koffi.decode(native.responseBody(response), 'uint8_t', length)),
        data: () => native.responseData(response),
        header: (name) => native.responseHeader(response, text('name', name)),
    });
    forgotten.register(owner, free);
    return owner;
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
