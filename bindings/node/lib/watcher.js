// Watches the descriptors of all clients that have chats in flight, with one call of poll(2) on a thread of libuv's pool,
// however many clients there are. While no chat is in flight nothing runs, and the process may end.

import { ConnectError } from './failures.js';
import { koffi } from './koffi.js';

const libc = koffi.load(null);
const poll = libc.func('int poll(_Inout_ void *fds, unsigned long nfds, int timeout)');
const pipe = libc.func('int pipe(_Out_ int *ends)');
const fcntl = libc.func('int fcntl(int fd, int command, ...)');
const read = libc.func('intptr_t read(int fd, _Out_ void *buffer, size_t count)');
const write = libc.func('intptr_t write(int fd, const void *buffer, size_t count)');

// A thread that waits in a foreign call cannot be ended: this bounds how long the end of a Worker is held up.
const LONGEST_WAIT_MS = 250;

const POLLIN = 1;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const POLLFD_BYTES = 8;

const watched = new Map(); // descriptor -> what to call when it is readable
let waiting = false;
let rung = false; // in this wait: once is enough, and the pipe cannot fill up
let bell = null; // a pipe: [the end that is watched, the end that is written]

/** Calls `ready` whenever the descriptor is readable, until `unwatch`. */
export function watch(descriptor, ready) {
    bell ??= openBell();
    watched.set(descriptor, ready);
    if (waiting)
        ring();
    else
        wait();
}

export function unwatch(descriptor) {
    if (watched.delete(descriptor))
        ring();
}

export function noDescriptorLeft() {
    return new ConnectError(
        'the process has no file descriptor left: let it close some, or raise its limit (ulimit -n)',
        { isRetryable: true });
}

function wait() {
    const descriptors = [bell[0], ...watched.keys()];
    const fds = Buffer.alloc(descriptors.length * POLLFD_BYTES);
    descriptors.forEach((descriptor, i) => {
        fds.writeInt32LE(descriptor, i * POLLFD_BYTES);
        fds.writeInt16LE(POLLIN, i * POLLFD_BYTES + 4);
    });
    waiting = true;
    rung = false;
    poll.async(fds, descriptors.length, LONGEST_WAIT_MS, (error, count) => {
        waiting = false;
        try {
            if (!error && count > 0)
                dispatch(descriptors, fds);
        } finally {
            if (watched.size > 0 && !waiting)
                wait();
        }
    });
}

function dispatch([bellEnd, ...descriptors], fds) {
    const isReady = (i) => fds.readInt16LE(i * POLLFD_BYTES + 6) !== 0;
    if (isReady(0))
        read(bellEnd, Buffer.alloc(64), 64);
    descriptors.forEach((descriptor, i) => {
        if (isReady(i + 1))
            watched.get(descriptor)?.();
    });
}

function ring() {
    if (waiting && !rung)
        write(bell[1], Buffer.alloc(1), 1);
    rung = true;
}

function openBell() {
    const ends = Buffer.alloc(8);
    if (pipe(ends) !== 0)
        throw noDescriptorLeft();
    const opened = [ends.readInt32LE(0), ends.readInt32LE(4)];
    for (const end of opened)
        fcntl(end, F_SETFD, 'int', FD_CLOEXEC);
    // At the end of the process libuv waits for the threads of its pool.
    process.on('exit', ring);
    return opened;
}
