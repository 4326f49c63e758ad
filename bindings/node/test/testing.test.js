import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { ConnectError, RateLimitedError, ServerError } from 'robofy';
import { FakeClient } from 'robofy/testing';

test('a fake gives what it was told to, and records what it was asked', async () => {
    const fake = new FakeClient(['Hello!', new RateLimitedError('later', { isRetryable: true, retryAfterMs: 1000 })]);
    const reply = await fake.whatsappChat({ query: 'Hi', sessionId: '918727000000' });
    assert.equal(`${reply}`, 'Hello!');
    assert.equal(reply.json().data.session_id, '918727000000');
    assert.throws(() => fake.whatsappChatSync({ query: 'again' }), { name: 'RateLimitedError', status: 11, retryAfterMs: 1000 });
    await assert.rejects(fake.whatsappChat({ query: 'and again' }), /no further answer/);
    assert.deepEqual(fake.chats.map(({ query }) => query), ['Hi', 'again', 'and again']);
    assert.equal(fake.stats().answered, 1);
});

test('an error that a test makes may be sent again where the library says so of its kind', () => {
    const made = [new ConnectError(''), new RateLimitedError(''), new ServerError(''), new ConnectError('', { isRetryable: false })];
    assert.deepEqual(made.map((error) => error.isRetryable), [true, true, false, false]);
});

test('a fake answers by a function, and refuses what a client refuses', async () => {
    const fake = new FakeClient(async ({ query }) => query.toUpperCase());
    assert.equal((await fake.whatsappChat({ query: 'hello' })).answer, 'HELLO');
    await assert.rejects(fake.whatsappChat({ query: 'Hi', session: 'misspelt' }), TypeError);
    await assert.rejects(fake.whatsappChat({ query: 'Hi', signal: AbortSignal.abort() }), { name: 'AbortError' });
    await assert.rejects(fake.whatsappChat({ query: undefined }), /query must be a string/);
    assert.throws(() => fake.whatsappChatSync({ query: 'Hi' }), /must give a string or an Error/);
    fake.close();
    await assert.rejects(fake.whatsappChat({ query: 'Hi' }), /closed/);
});

test('a fake needs no library', () => {
    const source = 'await (new (await import("robofy/testing")).FakeClient(["x"])).whatsappChat({ query: "Hi" })';
    execFileSync(process.execPath, ['--input-type=module', '-e', source],
        { env: { ...process.env, ROBOFY_LIBRARY: '/nowhere' } });
});

test('a fake has responses, lists and streams of functions', async () => {
    const answers = {
        '/v1/projects': [{ id: 1 }],
        '/v1/ai-agent/leads/pid/chatbotId': { report: { rows: [{ name: 'Asha' }], next_page_token: null } },
        '/v1/ai-agent/inbox/sessions/7': { sessions: [{ session_id: '918727000000' }] },
        '/v1/ai-agent/chatbot_ai_settings/pid/chatbotId': { temperature: '0.7', llm_api_key: 'sk' },
    };
    const fake = new FakeClient([], {
        request: (method, path) => answers[path] ?? new ServerError('no such path'),
        stream: (path, { query }) => ['Hello, ', query, { kind: 'session', text: '7' }, new ServerError('no credit')],
    });
    const response = await fake.request('GET', '/v1/projects', { query: { page: 1 } });
    assert.deepEqual([response.status, response.data, response.header('Content-Type')], [200, [{ id: 1 }], 'application/json']);
    assert.throws(() => fake.requestSync('DELETE', '/v1/other'), ServerError);
    assert.deepEqual(fake.requests.map(({ method }) => method), ['GET', 'DELETE']);
    assert.deepEqual(await fake.leads().next(), { value: { name: 'Asha' }, done: false });
    assert.equal((await fake.sessions({ chatbotId: '7' }))[0].sessionId, '918727000000');
    assert.equal((await fake.agentSettings()).llmApiKey, 'sk');

    const stream = fake.stream('/v1/events', { query: 'Asha' });
    await assert.rejects(async () => { for await (const event of stream) assert.ok(event.json()); }, ServerError);
    assert.deepEqual([stream.text, stream.sessionId], ['Hello, Asha', '7']);
    assert.equal(fake.chats.at(-1).query, 'Asha');
    const cancelled = fake.stream('/v1/events', { query: 'Asha' });
    assert.ok(cancelled.cancel());
    await assert.rejects(cancelled.next(), { name: 'ChatCancelledError' });
    await assert.rejects(new FakeClient([]).request('GET', '/v1/projects'), /no function for what is asked by request/);
});
