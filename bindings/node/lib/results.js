// The library's replies, responses, events and completions on their way to JavaScript: read, then freed.

import { text } from './arguments.js';
import { STREAM_EVENT_KINDS } from './declarations.js';
import { readFailure } from './failure.js';
import { koffi } from './koffi.js';
import { native } from './native.js';
import { Reply } from './reply.js';
import { Response } from './response.js';
import { StreamEvent } from './stream-event.js';
import { parts } from './text.js';

// The library keeps the headers; the garbage collector does not see its memory, but the copy of the body it does.
const forgotten = new FinalizationRegistry((free) => free());

/** What became of a chat: a reply, or else a failure. */
export function takeReply(reply) {
    try {
        return { reply: readReply(reply) };
    } finally {
        native.replyFree(reply);
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

/** Of a reply that is somebody else's to free. */
export function readReply(reply) {
    return new Reply({
        answer: native.replyAnswer(reply),
        sessionId: native.replySessionId(reply),
        message: native.replyMessage(reply),
        body: native.replyJson(reply),
        attempts: native.replyAttempts(reply),
        elapsedMs: Number(native.replyElapsedUs(reply)) / 1000,
    }, parts);
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
