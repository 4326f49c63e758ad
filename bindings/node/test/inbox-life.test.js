// Restarts, loops and ends of an inbox.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { StorageError } from 'robofy';
import { PATIENCE, folder, messageOf, next, open, settles, textOf } from './inboxes.js';
import { PADDING, assertEndsGrowing, gc, pause } from './service.js';

const program = (path, source) => promisify(execFile)(process.execPath, ['--input-type=module', '-e', `
    const { Client, Inbox } = await import(${JSON.stringify(new URL('../index.js', import.meta.url).href)});
    const client = new Client({ pid: '31415', chatbotId: 'DKDvwn', apiKey: 'key', baseUrl: process.env.ROBOFY_BASE_URL });
    const inbox = new Inbox(client, { path: ${JSON.stringify(path)}, maxMessages: 2, quietMs: 3e6, maxWaitMs: 3e6, typingMs: 0 });
    ${source}`], { timeout: PATIENCE });

test('a process that is killed in mid-burst, and the next one', async () => {
    const path = join(folder, 'killed');
    await assert.rejects(program(path, `
        await inbox.offerText(null, '1', 'a', '!answer=one');
        await inbox.offerText(null, '2', 'b', '!answer=left');
        process.kill(process.pid, 'SIGKILL');`), { signal: 'SIGKILL' });
    const first = open(2, { path });
    assert.equal(first.stats().pending, 2);
    assert.equal(await first.offerText(null, '1', 'a', '!answer=one'), 'duplicate');
    await first.offerText(null, '1', 'c', 'headers=1');
    const unsent = await next(first, 'answer');
    await first.close();
    const second = open(2, { path }); // it was answered, and nobody knows whether it was sent
    const again = await settles(second, 'answer', ...unsent.parts);
    assert.deepEqual([again.messageIds, again.reply.body], [['a', 'c'], unsent.reply.body]);
    assert.equal(await second.poll(0), null);
    await second.close();
});

test('a process ends unless somebody waits, and a loop ends when the inbox is closed', async () => {
    const idle = await program(join(folder, 'idle'), 'console.log(await inbox.offerText(null, "1", "a", "Hello"));');
    assert.equal(idle.stdout, 'queued\n');
    const looping = await program(join(folder, 'loop'), `
        setTimeout(() => inbox.close(), 300);
        for await (const outcome of inbox);
        console.log('closed');`);
    assert.equal(looping.stdout, 'closed\n');
});

test('offers that nobody waits for keep their order', async () => {
    const inbox = open(50, { path: join(folder, 'order') });
    const ids = Array.from({ length: 50 }, (_, i) => `${i}`);
    const accepts = await Promise.all(ids.map((messageId) => inbox.offerText(null, '1', messageId, messageId)));
    assert.ok(accepts.every((accept) => accept === 'queued'));
    assert.deepEqual((await next(inbox, 'answer')).messageIds, ids);
    await inbox.close();
});

test('the event loop runs on while outcomes are waited for, and each goes to one that waits', async () => {
    const inbox = open();
    const waiting = [inbox.poll(), inbox.poll(20), inbox.poll(), inbox.poll(0)];
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    assert.equal(await waiting[1], null);
    await inbox.offerText(null, '1', 'a', '!answer=a delay-ms=100');
    await waiting[0];
    await inbox.offerText(null, '2', 'b', '!answer=b delay-ms=100');
    const outcomes = await Promise.all(waiting);
    clearInterval(counting);
    assert.deepEqual(outcomes.map((outcome) => outcome?.parts[0] ?? null), ['a', null, 'b', null]);
    assert.ok(turns >= 5, `${turns}`);
    await inbox.close();
});

test('outcomes that wait already leave the event loop its turns', async () => {
    const inbox = open(1, { windowMs: 1 });
    for (let i = 0; i < 250; i++)
        await inbox.offer(messageOf(`${i}`, { from: `${i}`, type: 'text', text: { body: 'late' }, timestamp: '1' }));
    let turns = 0;
    let counting = setImmediate(function count() {
        turns++;
        counting = setImmediate(count);
    });
    let taken = 0;
    for await (const { kind } of inbox) {
        assert.equal(kind, 'expired');
        if (++taken === 250)
            break;
    }
    clearImmediate(counting);
    assert.ok(turns >= 2, `${turns}`);
    assert.equal(await inbox.poll(0), null); // to leave the loop closes nothing
    await inbox.close();
});

test('one that is closed says so, and what is under way ends first', async () => {
    const path = join(folder, 'closed');
    const inbox = open(1, { path });
    await inbox.offerText(null, '1', 'a', '!answer=x');
    const outcome = await next(inbox, 'answer');
    const polls = [inbox.poll(), inbox.poll(PATIENCE)];
    const offers = Array.from({ length: 9 }, (_, i) => inbox.offerText(null, '1', `b${i}`, 'x'));
    await pause(0);
    const ended = Promise.allSettled(offers);
    const closed = inbox.close();
    assert.deepEqual(await Promise.all(polls), [null, null]);
    await Promise.all([closed, inbox.close()]);
    const settled = await ended;
    for (const { value, reason } of settled)
        assert.ok(value === 'queued' || /this Inbox is closed: make another/.test(reason.message));
    for (const use of [() => inbox.poll(), () => inbox.sent(outcome, 0), () => inbox.offer(textOf('c', 'x')), async () => inbox.stats()])
        await assert.rejects(use, /^Error: this Inbox is closed: make another$/);
    for await (const _ of inbox)
        assert.fail('it is closed');
    const after = open(1, { path });
    assert.equal((await settles(after, 'answer', ...outcome.parts)).messageIds[0], 'a');
    assert.ok(after.stats().remembered > settled.filter(({ value }) => value).length);
    await after.close();
});

test('a forgotten inbox is freed', async () => {
    const path = join(folder, 'forgotten');
    await (async () => open(2, { path }).offerText(null, '1', 'a', '!answer=x'))();
    let inbox;
    for (let i = 0; i < 500 && !inbox; i++) {
        gc();
        await pause(20);
        try {
            inbox = open(2, { path });
        } catch (error) {
            assert.ok(error instanceof StorageError);
        }
    }
    await inbox.offerText(null, '1', 'b', 'headers=1');
    assert.deepEqual((await settles(inbox, 'answer', 'x')).messageIds, ['a', 'b']);
    await inbox.close();
});

test('an event keeps what it is part of, and a report its outcome', async () => {
    const inbox = open(30, { maxCharacters: 1e6 });
    const events = Array.from({ length: 30 }, (_, i) => textOf(`${i}`, `${i} ${PADDING}`));
    for (let i = 0; i < 5; i++) {
        gc();
        await pause(20); // finalizers run
    }
    for (const event of events.reverse())
        assert.equal(await inbox.offer(event), 'queued');
    const outcome = await next(inbox, 'answer');
    assert.deepEqual(outcome.messageIds, events.map(({ id }) => id));
    const sent = inbox.sent(outcome, 0);
    gc();
    await sent;
    await inbox.close();
});

test('events, outcomes and inboxes that are forgotten leave no memory behind', async () => {
    let number = 0;
    const late = { type: 'text', text: { body: PADDING }, timestamp: '1' };
    const round = async () => {
        const inbox = open();
        for (let i = 0; i < 2000; i++) {
            await inbox.offer(messageOf(`${number++}`, late));
            await next(inbox, 'expired');
        }
        inbox.close();
        gc();
        await pause(20); // finalizers run
    };
    await round();
    await assertEndsGrowing(8_000_000, round);
});
