import { channel } from 'node:diagnostics_channel';
import { errorOf } from './failure.js';
import { Status } from './status.js';

// Told of each chat, and of each other call, that failed or was sent more than once.
export const CHATS = channel('robofy:chat');
export const REQUESTS = channel('robofy:request');

/** An error that is made here, after an `await`, has the frames of whoever waits. */
export function settled(told, about, { failure, ...came }, signal) {
    if (failure?.status === Status.CANCELLED)
        signal?.throwIfAborted();
    const error = failure && errorOf(failure);
    const result = came.reply ?? came.response;
    if (told.hasSubscribers && (error || result.attempts > 1))
        told.publish({ ...about, ...came, error });
    if (error)
        throw error;
    return result;
}
