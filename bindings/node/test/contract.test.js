// The promises that the bindings of all languages keep; others are kept in contract_calls.test.js and loading.test.js.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { promise } from './promises.js';
import { PADDING, assertEndsGrowing, assertFails, chat, pause, withClient } from './service.js';

const echoed = async (client, more) => JSON.parse((await client.whatsappChat(chat('!echo', more))).answer);

/** A program that says when its chat waits. */
function waiting(query, then) {
    const source = `
        const { Client } = await import('robofy');
        const client = new Client({ baseUrl: process.env.ROBOFY_BASE_URL, pid: '1', chatbotId: '2' });
        client.whatsappChat({ query: ${JSON.stringify(query)} });
        while (client.stats().in_flight === 0)
            await new Promise(setImmediate);
        console.log('waiting');
        ${then}`;
    return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
}

promise('typed_errors', async (...cases) => {
    for (const { query, base_url: baseUrl, timeout_ms: timeoutMs, ...expected } of cases)
        await withClient(baseUrl ? { baseUrl } : {}, (client) =>
            assertFails(client.whatsappChat(chat(query, { timeoutMs })), expected));
});

promise('texts', (...cases) => withClient({}, async (client) => {
    for (const { query, arrives } of cases) {
        assert.equal((await client.whatsappChat(chat(query))).answer, `Hello! You wrote: "${arrives}".`);
        const { user_context } = await echoed(client, { sessionId: query, userContext: { text: query } });
        assert.deepEqual(user_context, { text: arrives, session_id: arrives, platform: 'whatsapp' });
    }
}));

promise('nul', ({ query, ...expected }) => withClient({}, async (client) => {
    await assertFails(client.whatsappChat(chat(query)), expected);
    const { bytes_sent: sent, connections } = client.stats();
    assert.deepEqual({ sent, connections }, { sent: 0, connections: 0 });
}));

promise('answers', (...cases) => withClient({}, async (client) => {
    for (const { query, answer, ...expected } of cases)
        if (answer)
            assert.equal((await client.whatsappChat(chat(query))).answer, answer);
        else
            await assertFails(client.whatsappChat(chat(query)), expected);
}));

promise('many', ({ chats, query, within_ms: within }) => withClient({}, async (client) => {
    const began = performance.now();
    const numbers = Array.from({ length: chats }, (_, n) => `${n}`);
    const replies = await Promise.all(numbers.map((n) => client.whatsappChat(chat(query.replace('{n}', n)))));
    assert.ok(performance.now() - began < within);
    assert.deepEqual(replies.map(String), numbers);
}));

promise('order', ({ session_id: sessionId, queries, answers }) => withClient({ orderedSessions: true }, async (client) => {
    const came = [];
    await Promise.all(queries.map(async (query) => came.push(`${await client.whatsappChat(chat(query, { sessionId }))}`)));
    assert.deepEqual(came, answers);
}));

promise('cancel', async ({ query, after_ms: afterMs, status, within_ms: within }) => {
    await withClient({}, async (client) => {
        const began = performance.now();
        await assert.rejects(client.whatsappChat(chat(query, { signal: AbortSignal.timeout(afterMs) })), { name: 'TimeoutError' });
        assert.equal(client.stats()[status], 1);
        const closed = assertFails(client.whatsappChat(chat(query)), { status });
        client.close();
        await closed;
        assert.ok(performance.now() - began < within);
    });
});

promise('overloaded', ({ max_in_flight: maxInFlight, first, query, ...expected }) => withClient({ maxInFlight }, async (client) => {
    const answered = client.whatsappChat(chat(first));
    await assertFails(client.whatsappChat(chat(query)), expected);
    assert.equal((await answered).answer, 'first');
    assert.equal(client.stats().refused, 1);
}));

promise('closed', () => withClient({}, async (client) => {
    client.close();
    client.close();
    await assert.rejects(client.whatsappChat(chat('Hello')), /closed/);
}));

promise('exit', async ({ query, within_ms: within }) => {
    const child = waiting(query, 'process.exit(3);');
    const began = performance.now();
    assert.deepEqual(await once(child, 'exit'), [3, null]);
    assert.ok(performance.now() - began < within);
});

promise('interrupt', async ({ query, after_ms: afterMs, within_ms: within }) => {
    const child = waiting(query, '');
    await once(child.stdout, 'data');
    await pause(afterMs);
    const began = performance.now();
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGINT']);
    assert.ok(performance.now() - began < within);
});

promise('leak', ({ chats, clients, grows_mb: megabytes }) => assertEndsGrowing(megabytes * 1_000_000, async () => {
    for (let i = 0; i < clients; i++)
        await withClient({}, (client) => Promise.allSettled(Array.from({ length: chats / clients }, (_, n) =>
            client.whatsappChat(chat(n % 2 ? '!huge=65536' : `!status=404 detail=${PADDING.repeat(4)}`)))));
}));

promise('credentials', async ({ environments_key: none, names }) => {
    const received = async (sessionId) => {
        const all = await (await fetch(`${process.env.ROBOFY_BASE_URL}/standin/requests`)).json();
        const { headers, body } = all.find(({ body }) => body?.user_context?.session_id === sessionId);
        return [headers.find(([name]) => name === 'authorization')[1], body.pid, body.chatbot_id];
    };
    const agent = { pid: 'one', chatbotId: 'two' };
    await withClient(agent, (client) => client.whatsappChat({ query: 'Hello', sessionId: 'credentials-1' }));
    assert.deepEqual(await received('credentials-1'), [`Bearer ${process.env.ROBOFY_API_KEY}`, 'one', 'two']);
    await withClient({ ...agent, apiKey: 'given' }, (client) =>
        client.whatsappChat({ query: 'Hello', sessionId: 'credentials-2', pid: 'three', chatbotId: 'four' }));
    assert.deepEqual(await received('credentials-2'), ['Bearer given', 'three', 'four']);
    const source = 'new (await import("robofy")).Client()';
    for (const key of [undefined, none]) {
        const program = promisify(execFile)(process.execPath, ['--input-type=module', '-e', source],
            { env: { ...process.env, ROBOFY_API_KEY: key } });
        await assert.rejects(program, new RegExp(`InvalidArgumentError: apiKey is missing: .*${names}`));
    }
});
