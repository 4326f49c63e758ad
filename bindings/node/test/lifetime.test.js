import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ChatCancelledError } from 'robofy';
import { chat, gc, newClient, pause } from './service.js';

const descriptors = () => readdirSync('/proc/self/fd').length;

const SETUP = `
    const { Client } = await import(${JSON.stringify(new URL('../index.js', import.meta.url).href)});
    const client = new Client({ apiKey: 'key', baseUrl: process.env.ROBOFY_BASE_URL });
    const chat = (query) => client.whatsappChat({ pid: '1', chatbotId: '2', query });
`;
const program = (source) => promisify(execFile)(process.execPath, ['--input-type=module', '-e', SETUP + source], { timeout: 60_000 });

test('an aborted chat rejects at once with the reason, and the client goes on', async () => {
    const client = newClient();
    const controller = new AbortController();
    const waiting = client.whatsappChat(chat('!delay-ms=60000', { signal: controller.signal }));
    await pause(50);
    controller.abort(new Error('the user left'));
    await assert.rejects(waiting, { message: 'the user left' });
    await assert.rejects(client.whatsappChat(chat('Hello', { signal: controller.signal })), { message: 'the user left' });
    await assert.rejects(client.whatsappChat(chat('!delay-ms=60000', { signal: AbortSignal.timeout(50) })), { name: 'TimeoutError' });
    assert.equal((await client.whatsappChat(chat('!answer=still', { signal: new AbortController().signal }))).answer, 'still');
    assert.equal(client.stats().cancelled, 2);
    client.close();
});

test('one signal ends many chats, and warns of no leak', async () => {
    const client = newClient();
    const warnings = [];
    const warn = ({ name }) => warnings.push(name);
    process.on('warning', warn);
    const controller = new AbortController();
    const more = { signal: controller.signal };
    const chats = Array.from({ length: 20 }, () => client.whatsappChat(chat('!delay-ms=60000', more)));
    await pause(50);
    controller.abort();
    const outcomes = await Promise.allSettled(chats);
    process.off('warning', warn);
    assert.ok(outcomes.every(({ reason }) => reason.name === 'AbortError'));
    assert.deepEqual(warnings, []);
    client.close();
});

test('a closed client is an error, and what waited is cancelled', async () => {
    const client = newClient();
    const controller = new AbortController();
    const waiting = client.whatsappChat(chat('!delay-ms=60000', { signal: controller.signal }));
    client.close();
    client.close();
    await assert.rejects(waiting, ChatCancelledError);
    controller.abort();
    await assert.rejects(client.whatsappChat(chat('Hello')), /this Client is closed: make another/);
    assert.throws(() => client.whatsappChatSync(chat('Hello')), /closed/);
    assert.throws(() => client.stats(), /closed/);
});

test('a client closed by the answer to one of its chats', async () => {
    const client = newClient();
    const chats = Array.from({ length: 20 }, () => client.whatsappChat(chat('!answer=now')).finally(() => client.close()));
    const outcomes = await Promise.allSettled(chats);
    assert.ok(outcomes.every(({ value, reason }) => value?.answer === 'now' || reason instanceof ChatCancelledError));
});

test('a forgotten client is freed, and not before its chats are answered', async () => {
    const first = newClient().whatsappChat(chat('!delay-ms=300 answer=remembered'));
    gc();
    assert.equal((await first).answer, 'remembered');
    const before = descriptors();
    for (let i = 0; i < 50; i++)
        await newClient().whatsappChat(chat('Hello'));
    for (let i = 0; i < 100 && descriptors() > before + 25; i++) {
        gc();
        await pause(20);
    }
    assert.ok(descriptors() <= before + 25, `${descriptors()} descriptors, ${before} before`);
});

test('a process ends when nothing waits, and amid chats when told to', async () => {
    assert.equal((await program('console.log(`${await chat("!answer=done")}`);')).stdout, 'done\n');
    const began = performance.now();
    await assert.rejects(
        program('chat("!delay-ms=60000"); setTimeout(() => process.exit(3), 100);'), { code: 3 });
    assert.ok(performance.now() - began < 30_000);
});

test('a Worker has clients of its own, and ends amid a chat', async () => {
    const source = `(async () => { ${SETUP}
        const { parentPort } = require('node:worker_threads');
        parentPort.postMessage(\`\${await chat('!answer=worker')}\`);
        chat('!delay-ms=60000');
        parentPort.postMessage('waiting'); })()`;
    const worker = new Worker(source, { eval: true });
    const messages = [];
    await new Promise((resolve, reject) => {
        worker.on('error', reject);
        worker.on('message', (message) => messages.push(message) === 2 && resolve());
    });
    await worker.terminate();
    assert.deepEqual(messages, ['worker', 'waiting']);
});
