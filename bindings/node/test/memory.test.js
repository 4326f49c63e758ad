import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PADDING, assertEndsGrowing, chat, newClient } from './service.js';

const MEGABYTE = 1_000_000;

const ANSWERED = `!huge=4096 detail=${PADDING}`;
const REFUSED = `!status=403 detail=${PADDING}`;

async function fifty(client) {
    const chats = Array.from({ length: 50 }, (_, i) => {
        const controller = new AbortController();
        const waiting = client.whatsappChat(
            chat(i % 10 === 0 ? `!delay-ms=60000 detail=${PADDING}` : i % 2 ? ANSWERED : REFUSED, { signal: controller.signal }));
        if (i % 10 === 0)
            controller.abort();
        return waiting;
    });
    await Promise.allSettled(chats);
}

test('ten thousand chats, answered, failed and cancelled, leave no memory behind', async () => {
    const client = newClient({ maxRetries: 0 });
    for (let i = 0; i < 200; i++)
        await fifty(client);
    await assertEndsGrowing(20 * MEGABYTE, async () => {
        for (let i = 0; i < 200; i++)
            await fifty(client);
    });
    assert.equal(client.stats().in_flight, 0);
    assert.ok(client.stats().answered >= 5000);
    client.close();
});

test('clients, blocking calls and figures leave no memory behind', async () => {
    const kept = newClient(); // what clients share is not made anew for each
    const round = () => {
        const client = newClient({ userAgent: PADDING.slice(0, 1000) });
        client.stats();
        assert.throws(() => client.whatsappChatSync(chat('\ufffd', { userContext: { platform: PADDING } })));
        client.close();
    };
    for (let i = 0; i < 2000; i++)
        round();
    await assertEndsGrowing(20 * MEGABYTE, () => {
        for (let i = 0; i < 10_000; i++)
            round();
    });
    kept.close();
});
