import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { InvalidArgumentError, Inbox, OverloadedError, Outcome, Status, StorageError, UnauthorizedError } from 'robofy';
import { FakeClient } from 'robofy/testing';
import { eventOf, folder, messageOf, next, open, settles, textOf } from './inboxes.js';
import { newClient } from './service.js';

test('a burst is answered once', async () => {
    const inbox = open(2, { join: ' ' });
    assert.equal(await inbox.offer(textOf('m1', '!answer=**one**')), 'queued');
    assert.equal(await inbox.offer(textOf('m1', '!answer=**one**')), 'duplicate');
    assert.equal(await inbox.poll(0), null);
    assert.equal(await inbox.poll(20), null);
    assert.equal(await inbox.offerText('106', '1555', 'm2', 'headers=1'), 'queued');
    const answer = await next(inbox, 'answer');
    assert.deepEqual({ ...answer }, {
        kind: 'answer', sessionId: '1555', channelId: '106', to: '1555', recipient: null, replyTo: 'm2', messageIds: ['m1', 'm2'],
    });
    assert.deepEqual([answer.parts, answer.error, answer.reply.answer], [['*one*'], null, '**one**']);
    const [request] = answer.requests.map(JSON.parse);
    assert.deepEqual([request.to, request.context, request.text.body], ['1555', { message_id: 'm2' }, '*one*']);
    await inbox.sent(answer, 0, 'ours');
    await inbox.sent(answer, 0, 'ours');
    assert.equal(await inbox.offerText('106', '1555', 'ours', 'our own message'), 'duplicate');
    const { queued, duplicates, pending, answers } = inbox.stats();
    assert.deepEqual([queued, duplicates, pending, answers], [2, 2, 0, 1]);
    await inbox.close();
    assert.equal(answer.requests.length, 1);
});

test('an outcome cannot be changed, and shows no text', async () => {
    const inbox = open();
    await inbox.offerText(null, '1555', 'a', '!answer=hidden');
    const outcome = await next(inbox, 'answer');
    assert.throws(() => { outcome.kind = 'another'; }, TypeError);
    assert.throws(() => outcome.parts.push('another'), TypeError);
    assert.throws(() => new Outcome({}), TypeError);
    for (const value of [outcome, inbox]) {
        const ways = [inspect(value, { showHidden: true, depth: 9, getters: true }), JSON.stringify(value), `${value}`];
        assert.doesNotMatch(ways.join(), /hidden/);
    }
    assert.equal(inspect(inbox), 'Inbox {}');
    await inbox.close();
});

test('a person takes over and gives back', async () => {
    const inbox = open();
    await inbox.offer(textOf('a', '!delay-ms=1000'));
    const echo = { from: '15550783881', to: '1555', id: 'e', timestamp: '4102444800', type: 'text', text: { body: 'I am Ana' } };
    assert.equal(await inbox.offer(eventOf('smb_message_echoes', { message_echoes: [echo] })), 'took_over');
    assert.equal(await inbox.offer(textOf('b', '!answer=x')), 'paused');
    await settles(inbox, 'expired');
    await inbox.resume('1555');
    await inbox.offer(textOf('c', '!answer=x'));
    await settles(inbox, 'answer', 'x');
    await inbox.pause('1557', 3_600_000);
    assert.equal(await inbox.offerText('106', '1557', 'd', 'Hello'), 'paused');
    await inbox.close();
});

test('every kind of outcome', async () => {
    const inbox = open(1, {
        fallback: { [Status.OK]: 'Later.', [Status.UNAUTHORIZED]: '' },
        media: { policy: 'reply', text: 'Text only.' },
        stopWords: { words: ['stop', 'unsubscribe'], text: 'Bye.' },
        startWords: ['start'],
    });
    await inbox.offer(textOf('f', '!status=400 code=OOPS'));
    const { error, reply } = await settles(inbox, 'fallback', 'Later.');
    assert.deepEqual([error.code, error.status, reply], ['OOPS', Status.BAD_REQUEST, null]);
    await inbox.offer(textOf('u', '!status=401'));
    assert.ok((await settles(inbox, 'fallback')).error instanceof UnauthorizedError);
    await inbox.offer(messageOf('i', { type: 'image', image: { id: '7', mime_type: 'image/png' } }));
    await settles(inbox, 'media', 'Text only.');
    await inbox.offer(messageOf('o', { type: 'text', text: { body: 'late' }, timestamp: '1' }));
    await settles(inbox, 'expired');
    await inbox.offer(textOf('s', 'Unsubscribe'));
    await settles(inbox, 'notice', 'Bye.');
    assert.equal(await inbox.offer(textOf('t', '!answer=x')), 'paused');
    await inbox.offer(textOf('r', 'START'));
    await settles(inbox, 'notice');
    assert.equal(await inbox.poll(0), null);
    await inbox.close();
});

test('typing is shown while the agent thinks', async () => {
    const inbox = open(1, { typingMs: 100 });
    await inbox.offer(textOf('a', '!delay-ms=60000'));
    for (let i = 0; i < 2; i++) {
        const typing = await next(inbox, 'typing');
        assert.deepEqual([typing.parts, typing.requests.length, JSON.parse(typing.requests[0]).message_id], [[], 1, 'a']);
        await assert.rejects(inbox.sent(typing, 0), InvalidArgumentError);
    }
    await inbox.close();
});

test('a part that fails comes again with the rest, or is given up', async () => {
    const inbox = open(1, { limit: 100 });
    await inbox.offerText(null, '1555', 'a', '!huge=250');
    let answer = await next(inbox, 'answer');
    assert.equal(answer.parts.length, 3);
    await assert.rejects(inbox.failed(answer, 3, 100), InvalidArgumentError);
    await inbox.failed(answer, 0, 130429); // too many messages: all of it, later
    answer = await next(inbox, 'answer');
    assert.equal(answer.parts.length, 3);
    await inbox.failed(answer, 0, 100); // a bad parameter: the rest
    answer = await next(inbox, 'answer');
    assert.equal(answer.parts.length, 2);
    await inbox.failed(answer, 0, 131026); // nothing can be sent to this user
    await inbox.offerText(null, '1555', 'b', '!answer=next');
    await settles(inbox, 'answer', 'next');
    await inbox.close();
});

test('what cannot be kept is refused', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const path = join(folder, 'twice');
    const inbox = open(9, { path, maxPending: 1 });
    for (const refused of [file, path, join(folder, 'none', 'here')])
        assert.throws(() => open(1, { path: refused }), (error) => error instanceof StorageError && error.message.includes(refused));
    await inbox.offerText(null, '1', 'a', 'Hello');
    await assert.rejects(inbox.offerText(null, '1', 'b', 'again'), (error) =>
        error instanceof OverloadedError && /maxPending/.test(error.message) && /inbox\.test/.test(error.stack));
    assert.equal(inbox.stats().refused, 1);
    await inbox.close();
    await open(1, { path }).close();
});

test('what an inbox cannot be made of or be given is refused by name', async () => {
    const inbox = open();
    for (const [make, error, words] of [
        [() => new Inbox(new FakeClient([])), TypeError, /^client must be a Client/],
        [() => new Inbox(newClient()), InvalidArgumentError, /^pid is missing/],
        [() => open(0), InvalidArgumentError, /^maxMessages must be a whole number between 1/],
        [() => open(1, { quiet: 1 }), TypeError, /^options has no quiet:/],
        [() => open(1, { quietMs: -1 }), InvalidArgumentError, /^quietMs must be 0 or more/],
        [() => open(1, { dedupMs: 0 }), InvalidArgumentError, /^dedupMs must be more than 0/],
        [() => open(1, { path: '' }), InvalidArgumentError, /^path /],
        [() => open(1, { fallback: { timeout: 'x' } }), TypeError, /^fallback has no timeout/],
        [() => open(1, { fallback: 7 }), TypeError, /^fallback must be an object/],
        [() => open(1, { media: { policy: 'reject' } }), InvalidArgumentError, /^media\.policy must be one of ignore, reply, tell/],
        [() => open(1, { media: { policy: 'tell' } }), InvalidArgumentError, /^media/],
        [() => open(1, { stopWords: 'stop' }), TypeError, /^stopWords must be an object/],
        [() => open(1, { stopWords: [7] }), TypeError, /^each of stopWords must be a string/],
        [() => open(1, { dialect: 'html' }), InvalidArgumentError, /^dialect must be one of/],
        [() => inbox.offer({ kind: 'text' }), TypeError, /^event must be a WebhookEvent/],
        [() => inbox.offerText(7, '1', 'a', 'x'), TypeError, /^channelId must be a string/],
        [() => inbox.offerText(null, '', 'a', 'x'), InvalidArgumentError, /^user /],
        [() => inbox.offerText(null, '1', '', 'x'), InvalidArgumentError, /^messageId /],
        [() => inbox.offerText(null, '1', 'a'), TypeError, /^text must be a string/],
        [() => inbox.sent({}, 0), TypeError, /^outcome must be an Outcome/],
        [() => inbox.poll('1'), TypeError, /^timeoutMs must be a number/],
        [() => inbox.pause('1', -1), InvalidArgumentError, /^ms must be 0 or more/],
        [() => inbox.pause('1', 1000), InvalidArgumentError, /^sessionId /],
    ])
        await assert.rejects(async () => make(), (thrown) =>
            thrown instanceof error && words.test(thrown.message) || assert.fail(`${thrown} for ${words}`));
    await inbox.close();
});
