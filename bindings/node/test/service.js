// The service that the tests talk to, and short forms of what they do.

import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Client } from 'robofy';

setFlagsFromString('--expose-gc');
export const gc = runInNewContext('gc');
export const PADDING = 'x'.repeat(4096);

export function newClient(options = {}) {
    return new Client({ baseUrl: process.env.ROBOFY_BASE_URL, ...options });
}

/** A leak grows each time; what the garbage collector has not given back yet does not. */
export async function assertEndsGrowing(bytes, work) {
    const growth = [];
    do {
        assert.ok(growth.length < 3, `grew by ${growth} bytes`);
        gc();
        const before = process.memoryUsage.rss();
        await work();
        gc();
        growth.push(process.memoryUsage.rss() - before);
    } while (growth.at(-1) >= bytes);
}

export function chat(query, more = {}) {
    return { pid: '31415', chatbotId: 'DKDvwn', query, ...more };
}
