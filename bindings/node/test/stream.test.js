import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { ChatCancelledError, ChatTimeoutError, OverloadedError } from 'robofy';
import { STREAM, chat, gc, newClient, pause } from './service.js';

const SILENCE = '!answer=x endless=silence';
const client = newClient({ maxRetries: 0 });
after(() => client.close());

const open = (query, more) => client.stream(STREAM, chat(query, more));
const taken = async (stream) => {
    const events = [];
    for await (const event of stream)
        events.push(event);
    return events;
};
const cancelled = async (number) => {
    for (let i = 0; i < 500 && client.stats().cancelled < number; i++) {
        gc();
        await pause(20);
    }
    assert.equal(client.stats().cancelled, number);
};

test('the events come in their order', async () => {
    const stream = open('!deltas=2 tools event-delay-ms=5', { sessionId: '918727' });
    assert.deepEqual([stream.text, stream.sessionId], ['', null]);
    const events = await taken(stream);
    assert.equal(events.filter(({ kind }) => kind === 'tool').length, 5);
    assert.deepEqual(events.filter(({ kind }) => kind === 'delta').map(({ text }) => text), ['0 ', '1 ']);
    assert.deepEqual(events.slice(-3).map(({ kind }) => kind), ['finish', 'session', 'other']);
    assert.equal(events[2].name, 'book');
    assert.deepEqual(events[0].json(), { type: 'start', messageId: 'msg-1' });
    assert.deepEqual([stream.text, stream.sessionId], ['0 1 ', '918727']);
    assert.deepEqual(await taken(stream), []);
    assert.equal(stream.cancel(), false);
});

test('a hundred streams at once, while the event loop runs on', async () => {
    const texts = await Promise.all(Array.from({ length: 100 }, async (_, n) => {
        const stream = open(`!answer=${n} event-delay-ms=5`);
        await taken(stream);
        return stream.text;
    }));
    assert.deepEqual(texts, texts.map((_, n) => `${n}`));
});

test('events that wait already leave the event loop its turns', async () => {
    const stream = open('!endless=deltas');
    await stream.next();
    await pause(1000); // some 300 wait in the library
    let turns = 0;
    let counting = setImmediate(function count() {
        turns++;
        counting = setImmediate(count);
    });
    for (let i = 0; i < 250; i++)
        await stream.next();
    clearImmediate(counting);
    stream.close();
    assert.ok(turns >= 2, `${turns}`);
});

test('events that are asked for at once come to each in turn, and so does the end', async () => {
    const stream = open('!answer=x');
    const results = await Promise.all(Array.from({ length: 12 }, () => stream.next()));
    assert.deepEqual(results.map(({ done }) => done), [...Array(9).fill(false), true, true, true]);
});

test('an error is thrown once, and what came is kept', async () => {
    const stream = open('!answer=Hello no-done');
    await assert.rejects(taken(stream), { name: 'ChatInterruptedError', isRetryable: false });
    assert.equal(stream.text, 'Hello');
    assert.deepEqual(await stream.next(), { value: undefined, done: true });
    await assert.rejects(taken(open(SILENCE, { timeoutMs: 300 })), ChatTimeoutError);
});

test('what cannot be sent is refused before anything is', () => {
    for (const path of ['', 'v1', '//other.example/', '/../a'])
        assert.throws(() => client.stream(path, chat('Hi')), { name: 'InvalidArgumentError', message: /path/ });
    assert.throws(() => client.stream(null, chat('Hi')), TypeError);
    assert.throws(() => client.stream(STREAM), TypeError);
    assert.throws(() => open('Hi', { session: 'misspelt' }), TypeError);
    assert.throws(() => open('Hi', { signal: AbortSignal.abort() }), { name: 'AbortError' });
    const narrow = newClient({ maxInFlight: 1 });
    const first = narrow.stream(STREAM, chat(SILENCE));
    assert.throws(() => narrow.stream(STREAM, chat('Hi')), OverloadedError);
    first.close();
    narrow.close();
    assert.throws(() => narrow.stream(STREAM, chat('Hi')), /closed/);
});

test('a loop that is left, a stream that is closed or forgotten, and a signal cancel the answer', async () => {
    let before = client.stats().cancelled;
    const left = open(SILENCE);
    for await (const event of left)
        if (event.kind === 'delta')
            break;
    assert.equal(left.text, 'x');
    await cancelled(before += 1);

    const closed = open(SILENCE);
    const waiting = taken(closed);
    await pause(50);
    closed.close();
    closed.close();
    await assert.rejects(waiting, ChatCancelledError);
    const asked = open(SILENCE);
    const atOnce = asked.next();
    asked.close();
    await assert.rejects(atOnce, ChatCancelledError);
    assert.deepEqual(await closed.next(), { value: undefined, done: true });
    await cancelled(before += 2);

    await (async () => { await open(SILENCE).next(); })();
    await cancelled(before += 1);

    const controller = new AbortController();
    const signalled = taken(open(SILENCE, { signal: controller.signal }));
    await pause(50);
    controller.abort(new Error('the user left'));
    await assert.rejects(signalled, { message: 'the user left' });
    await (async () => { await open(SILENCE, { signal: new AbortController().signal }).next(); })();
    await cancelled(before += 2);
});

test('a signal that lives on keeps no stream', async () => {
    const { signal } = new AbortController();
    const before = client.stats().cancelled;
    for (let i = 0; i < 20; i++)
        await (async () => { await open(SILENCE, { signal }).next(); })();
    await cancelled(before + 20);
});

test('a stream that is waited for is not forgotten, and outlives its client', async () => {
    const other = newClient();
    const waiting = other.stream(STREAM, chat('!body-delay-ms=500 answer=x')).next();
    other.close();
    gc();
    assert.equal((await waiting).value.kind, 'other');
});

test('a process ends amid a stream that nobody waits for, and when told to', async () => {
    const source = (then) => `
        const { Client } = await import(${JSON.stringify(new URL('../index.js', import.meta.url).href)});
        const client = new Client({ baseUrl: process.env.ROBOFY_BASE_URL, pid: '1', chatbotId: '2' });
        const stream = client.stream(${JSON.stringify(STREAM)}, { query: ${JSON.stringify(SILENCE)} });
        while (stream.text !== 'x')
            await stream.next();
        ${then}`;
    const program = (then) => promisify(execFile)(process.execPath, ['--input-type=module', '-e', source(then)], { timeout: 60_000 });
    await program('');
    await assert.rejects(program('stream.next(); setTimeout(() => process.exit(3), 100);'), { code: 3 });
});
