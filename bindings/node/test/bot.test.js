// The program of README's inbox, with Meta on its other side.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pause } from './service.js';

const PROGRAM = fileURLToPath(new URL('../bot.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'robofy-bot-'));
const sent = []; // what Meta has taken
const typing = [];
const busy = new Set(); // users of whom the first message is one too many
let meta;
let bot;
let port;

before(async () => {
    meta = createServer(async (request, response) => {
        const body = await json(request);
        const [status, answer] = taken(request, body);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    }).listen(0, '127.0.0.1');
    await once(meta, 'listening');
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    ({ port } = free.address());
    await new Promise((closed) => free.close(closed));
    await start();
});

after(() => {
    bot.kill('SIGKILL');
    meta.close();
    meta.closeAllConnections();
    rmSync(folder, { recursive: true });
});

function taken({ url, headers }, body) {
    if (url !== '/v26.0/106/messages' || headers.authorization !== 'Bearer a-token')
        return [401, { error: { code: 190 } }];
    if (body.status === 'read')
        return [200, { success: typing.push(body.message_id) > 0 }];
    if (busy.delete(body.to))
        return [400, { error: { message: '(#130429) Rate limit hit', code: 130429 } }];
    return [200, { messages: [{ id: `wamid.out.${sent.push(body)}` }] }];
}

async function start() {
    bot = spawn(process.execPath, [PROGRAM, port, join(folder, 'inbox')], {
        stdio: ['ignore', 'inherit', 'ignore'],
        env: {
            ...process.env, ROBOFY_PID: '31415', ROBOFY_CHATBOT_ID: 'DKDvwn', WHATSAPP_APP_SECRET: 'app-secret',
            WHATSAPP_VERIFY_TOKEN: 'my-token', WHATSAPP_TOKEN: 'a-token',
            WHATSAPP_URL: `http://127.0.0.1:${meta.address().port}/v26.0`,
        },
    });
    await until(async () => (await called('/')).status === 403);
}

async function until(isSo) {
    for (let i = 0; i < 1200; i++, await pause(50))
        if (await isSo())
            return;
    assert.fail('it takes too long');
}

const called = (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init).catch(() => ({ status: 0 }));

/** What a user writes at once: messages by their numbers. */
async function write(user, texts, secret = 'app-secret') {
    const messages = Object.entries(texts).map(([number, body]) =>
        ({ from: user, id: `${user}.${number}`, timestamp: '4102444800', type: 'text', text: { body } }));
    const value = { metadata: { phone_number_id: '106' }, messages };
    const body = JSON.stringify({ entry: [{ changes: [{ field: 'messages', value }] }] });
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    return (await called('/', { method: 'POST', body, headers: { 'x-hub-signature-256': signature } })).status;
}

/** What the agent was asked of a user, message by message. */
async function asked(user) {
    const requests = await (await fetch(`${process.env.ROBOFY_BASE_URL}/standin/requests`)).json();
    return requests.filter(({ body }) => body?.user_context?.session_id === user).flatMap(({ body }) => body.query.split('\n'));
}

test('a stranger is refused, and Meta is known', async () => {
    assert.equal(await write('15550100', { 1: 'Hello' }, 'another'), 401);
    const query = 'hub.mode=subscribe&hub.challenge=4711&hub.verify_token=';
    assert.equal(await (await called(`/?${query}my-token`)).text(), '4711');
    assert.equal((await called(`/?${query}another`)).status, 403);
    assert.equal(sent.length, 0);
});

test('a burst is answered once and quoted, also where Meta takes no more for now', async () => {
    busy.add('15550101');
    assert.equal(await write('15550101', { 1: '!answer=**Nine** delay-ms=1000', 2: 'headers=1' }), 200);
    assert.equal(await write('15550101', { 1: '!answer=**Nine** delay-ms=1000' }), 200);
    await until(() => sent.length > 0);
    assert.deepEqual([sent[0].text.body, sent[0].context.message_id, sent.length], ['*Nine*', '15550101.2', 1]);
    assert.deepEqual(typing, ['15550101.2']);
    assert.deepEqual(await asked('15550101'), ['!answer=**Nine** delay-ms=1000', 'headers=1']);
});

test('kill -9 in mid-burst loses and doubles nothing', async () => {
    const users = Array.from({ length: 5 }, (_, i) => `1555020${i}`);
    for (const user of users)
        assert.equal(await write(user, { 1: `!answer=${user}` }), 200);
    bot.kill('SIGKILL');
    await once(bot, 'exit');
    await start();
    for (const user of users)
        assert.equal(await write(user, { 1: `!answer=${user}`, 2: `!answer=${user}` }), 200);
    for (const user of users) {
        await until(async () => (await asked(user)).length >= 2);
        assert.deepEqual(await asked(user), [`!answer=${user}`, `!answer=${user}`]);
        await until(() => sent.some(({ to }) => to === user));
    }
});
