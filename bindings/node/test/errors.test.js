import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { after, test } from 'node:test';
import {
    Client, InvalidArgumentError, RateLimitedError, RobofyError, Status, UnauthorizedError, statusName,
} from 'robofy';
import { chat, newClient } from './service.js';

const client = newClient({ maxRetries: 0 });
after(() => client.close());

async function failure(query, more) {
    try {
        await client.whatsappChat(chat(query, more));
    } catch (error) {
        return error;
    }
    assert.fail('it was answered');
}

test('a failure is typed, and says what the service said', async () => {
    const error = await failure('!status=401 code=UNAUTHORIZED detail=Who_is_there?');
    assert.ok(error instanceof UnauthorizedError && error instanceof RobofyError && error instanceof Error);
    assert.equal(error.name, 'UnauthorizedError');
    assert.equal(error.status, Status.UNAUTHORIZED);
    assert.equal(error.httpStatus, 401);
    assert.equal(error.code, 'UNAUTHORIZED');
    assert.equal(error.detail, 'Who is there?');
    assert.equal(error.isRetryable, false);
    assert.equal(error.retryAfterMs, null);
    assert.match(error.message, /API key/);
});

test('the stack leads to whoever waits', async () => {
    async function whoWaits() {
        return await client.whatsappChat(chat('!status=404'));
    }
    await assert.rejects(whoWaits(), ({ stack }) => /whoWaits/.test(stack));
});

test('a status has a stable name', () => {
    assert.equal(statusName(Status.RATE_LIMITED), 'rate_limited');
    assert.equal(statusName(999), 'unknown');
});

test('what fails, and what is sent again, is told on a channel', async () => {
    const told = [];
    const listen = (message) => told.push(message);
    subscribe('robofy:chat', listen);
    const retrying = newClient();
    const asked = ['Hello', '!status=503 fails=1', '!status=404'].map((query) => chat(query));
    await Promise.allSettled(asked.map((each) => retrying.whatsappChat(each)));
    unsubscribe('robofy:chat', listen);
    retrying.close();
    assert.deepEqual(new Set(told.map((each) => each.chat)), new Set(asked.slice(1)));
    for (const { chat, reply, error } of told)
        assert.ok(chat === asked[1] ? reply.attempts === 2 : error.status === Status.NOT_FOUND);
});

test('when to send again', async () => {
    const error = await failure('!status=429 retry-after=7');
    assert.ok(error instanceof RateLimitedError && error.isRetryable);
    assert.equal(error.retryAfterMs, 7000);
});

test('a failure that the service does not explain', async () => {
    const error = await failure('!status=502 body=empty');
    assert.equal(error.name, 'ServerError');
    assert.equal(error.code, null);
    assert.equal(error.detail, null);
});

test('the timeout', async () => {
    assert.equal((await failure('!delay-ms=60000', { timeoutMs: 100 })).name, 'ChatTimeoutError');
});

test('a text that C cannot hold is refused by its name', async () => {
    const error = await failure('a\0b');
    assert.ok(error instanceof InvalidArgumentError);
    assert.match(error.message, /query contains a NUL .* index 1/);
    assert.throws(() => new Client({ apiKey: 'k\ud83d' }), { name: 'InvalidArgumentError', message: /apiKey contains a lone surrogate/ });
    assert.throws(() => new Client({ apiKey: 'k\0' }), { name: 'InvalidArgumentError', message: /apiKey/ });
    assert.throws(() => new Client({ apiKey: '' }), { name: 'InvalidArgumentError', message: /^apiKey must not be empty/ });
    assert.equal((await failure('')).name, 'InvalidArgumentError');
    assert.match((await failure('Hello', { sessionId: '\0' })).message, /sessionId/);
    const other = { sessionId: 'one', userContext: { session_id: 'another' } };
    assert.match((await failure('Hello', other)).message, /^userContext names another session_id than the message/);
    assert.match((await failure('Hello', { userContext: { platform: 'web' } })).message, /^userContext .*platform/);
});

test('a chat without a project says where to give one', async () => {
    const error = await failure('Hello', { pid: null });
    assert.ok(error instanceof InvalidArgumentError);
    assert.match(error.message, /^pid is missing: give it to the chat or to the Client/);
});

test('a value of the wrong type is refused by its name', async () => {
    for (const wrong of [null, undefined, 5, {}, Symbol('query'), 5n])
        assert.match((await failure(wrong)).message, /query must be a string/);
    for (const more of [{ chatbotId: 1 }, { sessionId: 5 }, { userContext: [] }, { userContext: 'x' },
        { timeoutMs: '5' }, { signal: 'x' }, { session: 'misspelt' }])
        assert.equal((await failure('Hello', more)).name, 'TypeError', JSON.stringify(more));
    assert.match((await failure('Hello', { signal: {} })).message, /signal must be an AbortSignal/);
    const circular = {};
    circular.self = circular;
    for (const userContext of [{ id: 5n }, circular])
        assert.match((await failure('Hello', { userContext })).message, /^userContext must hold JSON values only: [^\n]+$/);
    await assert.rejects(client.whatsappChat(), TypeError);
    for (const wrong of [null, 'key', [], { apiKey: 5 }, { pid: 5 }, { chatbotId: {} }, { pid: 'x', agent: 'misspelt' }])
        assert.throws(() => new Client(wrong), TypeError);
});
