// Inboxes in front of the service under test, what is offered to them, and what comes of it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Inbox, Webhook } from 'robofy';
import { newClient } from './service.js';

export const PATIENCE = 60_000;
export const client = newClient({ pid: '31415', chatbotId: 'DKDvwn', maxRetries: 0 });
export const folder = mkdtempSync(join(tmpdir(), 'robofy-inbox-'));
after(() => {
    client.close();
    rmSync(folder, { recursive: true });
});

/** The agent is asked when there are so many messages, and typing is not shown. */
const burstsOf = (maxMessages, more) => ({ maxMessages, quietMs: 3e6, maxWaitMs: 3e6, typingMs: 0, ...more });
export const open = (maxMessages = 1, more) => new Inbox(client, burstsOf(maxMessages, more));

const webhook = new Webhook('meta');
/** What Meta sends, as an event. */
export const eventOf = (field, value) => webhook.read(Buffer.from(JSON.stringify(
    { entry: [{ changes: [{ field, value: { metadata: { phone_number_id: '106' }, ...value } }] }] })), null).events[0];
export const messageOf = (id, message) => eventOf('messages', { messages: [{ from: '1555', id, timestamp: '4102444800', ...message }] });
export const textOf = (id, body) => messageOf(id, { type: 'text', text: { body } });

export async function next(inbox, kind) {
    const outcome = await inbox.poll(PATIENCE);
    assert.equal(outcome?.kind, kind);
    return outcome;
}

/** The next outcome has these parts, which are sent. */
export async function settles(inbox, kind, ...parts) {
    const outcome = await next(inbox, kind);
    assert.deepEqual(outcome.parts, parts);
    for (const part of outcome.parts.keys())
        await inbox.sent(outcome, part);
    return outcome;
}
