import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { InvalidArgumentError, SignatureError, Webhook, WebhookEvent } from 'robofy';
import { EVENT_KINDS } from '../lib/declarations.js';
import { PADDING, assertEndsGrowing } from './service.js';

const SECRET = 'an app\'s sécret';
const CASES = process.env.ROBOFY_WEBHOOK_CASES
    ?? fileURLToPath(new URL('../../../conversation/tests/webhook', import.meta.url));
// As Meta writes it: ASCII alone, and a slash escaped. One message has nobody who sent it.
const BODY = Buffer.from(String.raw`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages",
"value":{"metadata":{"phone_number_id":"106"},"messages":[{"from":"1650","id":"wamid.1","timestamp":"1749416383",
"type":"text","text":{"body":"caf\u00e9 \ud83d\udc4b \/"}},{"type":"text"}],
"statuses":[{"id":"wamid.2","status":"failed","recipient_id":"1650","errors":[{"code":131026}]}]}}]}]}`);

const hmac = (hash, secret, body, encoding = 'hex') => createHmac(hash, secret).update(body).digest(encoding);
const signed = (body = BODY, secret = SECRET) => `sha256=${hmac('sha256', secret, body)}`;
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What an event has, by the names of the getters. */
function shown({ kind, ...facts }) {
    const given = Object.entries(facts).filter(([, value]) => value !== null);
    return Object.fromEntries([['kind', kind.toUpperCase()], ...given.map(([name, value]) => [snake(name), value])]);
}

test('every body of every channel is read as its case says', () => {
    const kinds = new Set();
    for (const file of readdirSync(CASES).filter((name) => name.endsWith('.json'))) {
        const webhook = new Webhook(/^[a-z]+/.exec(file)[0]);
        for (const { name, body, events, skipped = 0 } of JSON.parse(readFileSync(join(CASES, file)))) {
            const text = typeof body === 'string' ? body : JSON.stringify(body);
            const incoming = webhook.read(Buffer.from(text), null);
            assert.deepEqual([...incoming].map(shown), events, `${file}: ${name}`);
            assert.equal(incoming.skipped, skipped, `${file}: ${name}`);
            for (const event of incoming.events) {
                assert.ok(event instanceof WebhookEvent && text.includes(event.body));
                kinds.add(event.kind);
            }
        }
    }
    assert.deepEqual([...kinds].sort(), [...EVENT_KINDS].sort());
});

test('a signature of each channel', () => {
    const form = Buffer.from('MessageSid=SM1&From=whatsapp%3A%2B1650&To=whatsapp%3A%2B1415&Body=caf%C3%A9');
    const url = 'https://bot.example.com/hook?a=1';
    const values = 'Bodycafé' + 'Fromwhatsapp:+1650' + 'MessageSidSM1' + 'Towhatsapp:+1415';
    const claims = [{ alg: 'HS256', typ: 'JWT' }, { iat: 1, exp: Math.floor(Date.now() / 1000) + 600 }]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    for (const [channel, body, signature, ...more] of [
        ['meta', BODY, signed()],
        ['waha', Buffer.from('{}'), hmac('sha512', SECRET, '{}')],
        ['evolution', Buffer.from('{}'), `Bearer ${claims}.${hmac('sha256', SECRET, claims, 'base64url')}`],
        ['twilio', form, hmac('sha1', SECRET, url + values, 'base64'), url],
        ['twilio', form, hmac('sha1', SECRET, url + values, 'base64'), new URL(url)],
    ]) {
        assert.ok(new Webhook(channel, SECRET).read(body, signature, ...more).events, channel);
        for (const wrong of [null, undefined, '', signature.slice(1), `${signature}\0`, '\ud83d', [signature, signature]])
            assert.throws(() => new Webhook(channel, SECRET).read(body, wrong, ...more), SignatureError);
        assert.throws(() => new Webhook(channel, 'another').read(body, signature, ...more), SignatureError);
    }
});

test('what came in is told, and cannot be changed', () => {
    const incoming = new Webhook('meta', SECRET).read(BODY, [signed()]);
    assert.deepEqual([incoming.events.length, incoming.skipped], [2, 1]);
    const [message, { kind, errorCode, text, timestampMs }] = incoming;
    assert.deepEqual([message.text, message.timestampMs], ['café 👋 /', 1749416383000]);
    assert.deepEqual([kind, errorCode, text, timestampMs], ['status', 131026, null, null]);
    assert.equal(message.json().text.body, message.text);
    assert.throws(() => { message.text = 'another'; }, TypeError);
    assert.throws(() => incoming.events.push(message), TypeError);
});

test('bytes come in the forms that frameworks give them, and are taken as they are', () => {
    const around = Buffer.concat([Buffer.of(1, 2, 3), BODY, Buffer.of(4)]);
    const { buffer } = Uint8Array.from(BODY);
    for (const body of [BODY, Uint8Array.from(BODY), around.subarray(3, -1), buffer, new DataView(buffer)])
        assert.equal(new Webhook('meta', SECRET).read(body, signed()).events.length, 2);
    const webhook = new Webhook('meta');
    for (const [bytes, words] of [[[], /not JSON/], [[0x22, 0xff, 0x22], /not UTF-8/], [[0x7b, 0x7d, 0, 0x7d], /not JSON/]])
        assert.throws(() => webhook.read(Uint8Array.from(bytes), null), (error) =>
            error instanceof InvalidArgumentError && /^body /.test(error.message) && words.test(error.message));
    const nul = Buffer.from('{"\0":1}');
    assert.throws(() => new Webhook('waha', SECRET).read(nul, hmac('sha512', SECRET, nul)), /body .*not JSON/);
    const again = Buffer.from(JSON.stringify(JSON.parse(BODY)));
    assert.throws(() => new Webhook('meta', SECRET).read(again, signed()), SignatureError);
});

test('either of two secrets is right while one is replaced', () => {
    const webhook = new Webhook('meta', 'old', 'new');
    assert.deepEqual(webhook.read(BODY, signed(BODY, 'old')), webhook.read(BODY, signed(BODY, 'new')));
    assert.throws(() => webhook.read(BODY, signed(BODY, 'older')), SignatureError);
});

test('what a webhook cannot be made of or be given is refused by name', () => {
    const webhook = new Webhook('meta', SECRET);
    for (const [call, error, words] of [
        [() => new Webhook('telegram'), InvalidArgumentError, /^channel must be one of meta, waha, evolution, twilio$/],
        [() => new Webhook(SECRET), InvalidArgumentError, /^channel must be one of/],
        [() => new Webhook(), TypeError, /^channel must be a string/],
        [() => new Webhook('meta', undefined), TypeError, /^secret must be a string, not undefined/],
        [() => new Webhook('meta', ''), InvalidArgumentError, /^secret must not be empty/],
        [() => new Webhook('meta', SECRET, ''), InvalidArgumentError, /^secret must not be empty/],
        [() => new Webhook('meta', `${SECRET}\0`), InvalidArgumentError, /^secret contains a NUL/],
        [() => webhook.read('{}', signed()), TypeError, /^body must be a Buffer, .*not string/],
        [() => webhook.read({}, signed()), TypeError, /^body must be a Buffer/],
        [() => webhook.read(BODY, 7), TypeError, /^signature must be a string/],
        [() => webhook.read(BODY, signed(), 7), TypeError, /^url must be a string/],
        [() => webhook.challenge('', undefined), TypeError, /^verifyToken must be a string/],
    ])
        assert.throws(call, (thrown) =>
            thrown instanceof error && words.test(thrown.message) && !thrown.message.includes(SECRET));
});

test('the handshake is answered', () => {
    const webhook = new Webhook('meta', SECRET);
    const query = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me+%26+you';
    assert.equal(webhook.challenge(`?${query}`, 'me & you'), '1158201444');
    for (const [asked, token] of [[query, 'another'], [query, ''], ['\0', 'me & you'], [`${query}\0`, 'me & you']])
        assert.equal(webhook.challenge(asked, token), null);
});

test('neither secrets nor bodies are shown', () => {
    const webhook = new Webhook('evolution', 'sécret');
    const body = Buffer.from(JSON.stringify({ event: 'news', instance: 'shop', data: {}, apikey: 'sécret' }));
    const incoming = webhook.read(body, null);
    assert.match(incoming.events[0].body, /sécret/);
    for (const value of [webhook, incoming]) {
        const ways = [inspect(value, { showHidden: true, depth: 9, getters: true }), JSON.stringify(value), `${value}`];
        ways.push(inspect(structuredClone(value)), inspect(Object.getOwnPropertyNames(value)));
        assert.doesNotMatch(ways.join(), /sécret/);
    }
    assert.equal(inspect(webhook), "Webhook { channel: 'evolution' }");
    assert.equal(inspect(incoming.events[0]), "WebhookEvent { kind: 'other', channelId: 'shop', type: 'news' }");
});

test('one that is closed says so, and what was read stays', () => {
    const webhook = new Webhook('meta', SECRET);
    const [event] = webhook.read(BODY, signed());
    webhook.close();
    webhook[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
    assert.throws(() => webhook.read(BODY, signed()), /^Error: this Webhook is closed: make another$/);
    assert.throws(() => webhook.challenge('', ''), /closed/);
    assert.equal(event.json().id, 'wamid.1');
});

test('webhooks that are forgotten, and what they read and refuse, leave no memory behind', async () => {
    const key = PADDING.repeat(4);
    const large = Buffer.from(JSON.stringify({ event: 'news', padding: key }));
    const round = async () => {
        for (let i = 0; i < 2000; i++) {
            const webhook = new Webhook('waha', key);
            webhook.challenge('hub.mode=subscribe&hub.challenge=1&hub.verify_token=2', '2');
            assert.throws(() => webhook.read(large, 'wrong'));
            new Webhook('waha').read(large, null);
            if (i % 100 === 0)
                await new Promise(setImmediate); // finalizers run
        }
    };
    await round();
    await assertEndsGrowing(20_000_000, round);
});
