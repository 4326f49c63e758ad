import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectError, OverloadedError, RateLimitedError } from 'robofy';
import { chat, newClient } from './service.js';

test('every option is taken', async () => {
    const client = newClient({
        timeoutMs: 30_000, connectTimeoutMs: 5_000, maxRetries: 1, retryAmbiguous: true, proxy: '', caFile: null,
        userAgent: 'gateway/1.2', maxResponseBytes: 100_000, maxInFlight: 10, orderedSessions: true,
        rateLimit: { perMinute: 6000, burst: 10 },
    });
    const reply = await client.whatsappChat(chat('!status=500 fails=1', { sessionId: '918727000001' }));
    assert.equal(reply.attempts, 2);
    client.close();
});

test('the longest response', async () => {
    const client = newClient({ maxResponseBytes: 1000 });
    await assert.rejects(client.whatsappChat(chat('!huge=2000')), { name: 'ProtocolError' });
    client.close();
});

test('one chat too many', async () => {
    const client = newClient({ maxInFlight: 1 });
    const first = client.whatsappChat(chat('!delay-ms=3000 answer=first'));
    await assert.rejects(client.whatsappChat(chat('Hello')), OverloadedError);
    assert.equal((await first).answer, 'first');
    client.close();
});

test('the pace', async () => {
    const client = newClient({ rateLimit: { perMinute: 1 } });
    await client.whatsappChat(chat('Hello'));
    await assert.rejects(client.whatsappChat(chat('Hello', { timeoutMs: 1000 })), (error) =>
        error instanceof RateLimitedError && error.httpStatus === null && error.retryAfterMs > 0);
    client.close();
});

test('a service that is not there', async () => {
    const client = newClient({ baseUrl: 'http://127.0.0.1:1', maxRetries: 0 });
    await assert.rejects(client.whatsappChat(chat('Hello')), (error) =>
        error instanceof ConnectError && error.isRetryable && error.httpStatus === null);
    client.close();
});

test('a bad option is refused by its name', () => {
    assert.throws(() => newClient({ baseUrl: 'http://agents.example' }), { name: 'InvalidArgumentError', message: /^baseUrl/ });
    assert.throws(() => newClient({ baseUrl: 5 }), { name: 'TypeError', message: /baseUrl must be a string, not number/ });
    assert.throws(() => newClient({ timeoutMs: '5' }), { name: 'TypeError', message: /timeoutMs/ });
    assert.throws(() => newClient({ timeoutMs: 0 }), { name: 'InvalidArgumentError', message: /timeoutMs/ });
    assert.throws(() => newClient({ timeoutMs: NaN }), { name: 'InvalidArgumentError', message: /timeoutMs/ });
    assert.throws(() => newClient({ maxRetries: 2 ** 32 }), { name: 'InvalidArgumentError', message: /maxRetries/ });
    assert.throws(() => newClient({ retryAmbiguous: 1 }), { name: 'TypeError', message: /retryAmbiguous/ });
    assert.throws(() => newClient({ rateLimit: { perMinute: 0 } }), { name: 'InvalidArgumentError', message: /perMinute/ });
    assert.throws(() => newClient({ timeout: 5 }), { name: 'TypeError', message: /no timeout: it takes apiKey/ });
});
