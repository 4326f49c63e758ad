import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { version } from 'robofy';
import { chat, newClient } from './service.js';

const client = newClient();
after(() => client.close());

test('a chat gives the answer and all that came with it', async () => {
    const reply = await client.whatsappChat(chat('Hello', { sessionId: '918727000000' }));
    assert.equal(`${reply}`, 'Hello! You wrote: "Hello".');
    assert.equal(reply.answer, `${reply}`);
    assert.equal(reply.sessionId, '918727000000');
    assert.equal(reply.message, 'Success');
    assert.equal(reply.json().data.answer, reply.answer);
    assert.equal(reply.attempts, 1);
    assert.ok(reply.elapsedMs > 0);
});

test('what the service leaves out is null', async () => {
    assert.equal((await client.whatsappChat(chat('!no-session'))).sessionId, null);
});

test('everything that is said arrives', async () => {
    const userContext = { language: 'हिन्दी', vip: true };
    const reply = await client.whatsappChat(chat('!echo', { sessionId: 'ü😀', userContext }));
    assert.deepEqual(JSON.parse(reply.answer), {
        query: '!echo', pid: '31415', chatbot_id: 'DKDvwn',
        user_context: { ...userContext, session_id: 'ü😀', platform: 'whatsapp' },
    });
});

test('half of a surrogate pair is replaced', async () => {
    const userContext = { 'n\ud83d': ['x\ud83d', '\udc4b👋', '\\ud83d'] };
    const reply = await client.whatsappChat({ ...chat('!echo', { sessionId: 's\udc4b', userContext }), pid: 'p\ud83d' });
    assert.deepEqual(JSON.parse(reply.answer), {
        query: '!echo', pid: 'p\ufffd', chatbot_id: 'DKDvwn',
        user_context: { 'n\ufffd': ['x\ufffd', '\ufffd👋', '\\ud83d'], session_id: 's\ufffd', platform: 'whatsapp' },
    });
    assert.equal((await client.whatsappChat(chat('a👋\ud83d'))).answer, 'Hello! You wrote: "a👋\ufffd".');
});

test('a message of megabytes', async () => {
    const query = '😀'.repeat(1_000_000);
    assert.equal((await client.whatsappChat(chat(query))).answer, `Hello! You wrote: "${query}".`);
});

test('a blocking call', () => {
    assert.equal(client.whatsappChatSync(chat('!answer=blocking')).answer, 'blocking');
    assert.throws(() => client.whatsappChatSync(chat('!status=403')), { name: 'ForbiddenError' });
});

test('a hundred chats at once, while the event loop runs on', async () => {
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const began = performance.now();
    const replies = await Promise.all(
        Array.from({ length: 100 }, (_, i) => client.whatsappChat(chat(`!delay-ms=500 answer=${i}`))));
    clearInterval(ticking);
    assert.deepEqual(replies.map(String), replies.map((_, i) => `${i}`));
    assert.ok(performance.now() - began < 25_000, 'one after another they take 50 s');
    assert.ok(ticks >= 5, `the event loop turned ${ticks} times`);
});

test('many clients share one thread of the pool', async () => {
    const clients = Array.from({ length: 20 }, () => newClient());
    const replies = await Promise.all(
        clients.map((each, i) => each.whatsappChat(chat(`!delay-ms=300 answer=${i}`))));
    assert.deepEqual(replies.map(String), clients.map((_, i) => `${i}`));
    clients.forEach((each) => each.close());
});

test('figures', async () => {
    const fresh = newClient();
    await fresh.whatsappChat(chat('Hello'));
    await assert.rejects(fresh.whatsappChat(chat('!status=404')));
    const stats = fresh.stats();
    assert.equal(stats.answered, 1);
    assert.equal(stats.failed.not_found, 1);
    assert.equal(stats.latency.count, 1);
    fresh.close();
});

test('the version', () => assert.match(version, /^\d+\.\d+\.\d+$/));
