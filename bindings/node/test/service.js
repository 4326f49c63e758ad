// The service that the tests talk to, and short forms of what they do.

import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Client, RobofyError, Status, statusName } from 'robofy';

setFlagsFromString('--expose-gc');
export const gc = runInNewContext('gc');
export const PADDING = 'x'.repeat(4096);
export const STREAM = '/v1/ai-agent/events';

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

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

export async function withClient(options, use) {
    const client = newClient({ maxRetries: 0, ...options });
    try {
        return await use(client);
    } finally {
        client.close();
    }
}

export async function assertFails(chatting, expected) {
    const error = await chatting.then(() => assert.fail('it was answered'), (reason) => reason);
    assert.ok(error instanceof RobofyError, `${error}`);
    if (expected.status !== 'cancelled')
        assert.notEqual(error.constructor, RobofyError);
    assert.equal(statusName(error.status), expected.status);
    assert.equal(Status[expected.status.toUpperCase()], error.status);
    const fields = { http_status: 'httpStatus', code: 'code', detail: 'detail', retryable: 'isRetryable', retry_after_ms: 'retryAfterMs' };
    for (const [theirs, ours] of Object.entries(fields))
        if (theirs in expected)
            assert.equal(error[ours] ?? 0, expected[theirs] ?? 0, `${ours} of ${error}`);
    if (expected.names)
        assert.match(error.message, new RegExp(`\\b${expected.names}\\b`));
}
