import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { ChatCancelledError, ChatTimeoutError, InvalidArgumentError, NotFoundError, ProtocolError, Upload } from 'robofy';
import { PADDING, assertEndsGrowing, chat, gc, newClient, pause } from './service.js';

const FILES = '/v1/ai-agent/files';
const client = newClient({ maxRetries: 0, pid: '31415', chatbotId: 'DKDvwn' });
after(() => client.close());

const collected = async (rows) => {
    const all = [];
    for await (const row of rows)
        all.push(row);
    return all;
};

test('a response has all that came, and shows nothing of its body', async () => {
    const response = await client.request('PUT', '/v1/projects/7', { body: { text: 'Grüße \ud83d', also: '\\ud83d' } });
    assert.deepEqual([response.status, response.attempts], [200, 1]);
    assert.ok(response.elapsedMs > 0);
    assert.equal(response.header('Content-Type'), 'application/json');
    assert.equal(response.header('x-none'), null);
    assert.equal(response.json().message, 'Success');
    assert.ok(Buffer.isBuffer(response.body));
    assert.equal(response.data.body, '{"text":"Grüße \ufffd","also":"\\\\ud83d"}');
    assert.equal(response.data, response.data);
    const secret = await client.request('GET', '/v1/ai-agent/chatbot_ai_settings/1/2');
    assert.ok(secret.body.includes('sk-agent-secret'));
    assert.ok(!(inspect(secret, { showHidden: true }) + JSON.stringify(secret)).includes('secret'));
});

test('a query is an object, pairs or URLSearchParams', async () => {
    const ask = async (query) => (await client.request('GET', '/v1/projects', { query })).data.query;
    const expected = [['page', '2'], ['all', 'true'], ['name', 'a&b=ü +']];
    assert.deepEqual(await ask({ page: 2, all: true, name: 'a&b=ü +', none: undefined, nothing: null }), expected);
    assert.deepEqual(await ask(new URLSearchParams(expected)), expected);
    assert.deepEqual(await ask([['a', 1], ['a', 2]]), [['a', '1'], ['a', '2']]);
});

test('an empty body is empty', async () => {
    for (const response of [client.requestSync('HEAD', '/v1/projects/7'),
        await client.request('DELETE', '/v1/projects/7', { query: { standin: 'status=204' } })])
        assert.deepEqual([response.body.length, response.data], [0, null]);
});

test('a response outlives its client, and the garbage collector', async () => {
    const other = newClient();
    const response = await other.request('GET', '/v1/projects');
    other.close();
    gc();
    assert.equal(response.header('content-type'), 'application/json');
});

test('bounds are kept', async () => {
    await assert.rejects(client.request('GET', '/v1/projects', { maxResponseBytes: 10 }), ProtocolError);
    const slow = { query: { standin: 'delay-ms=60000' } };
    await assert.rejects(client.request('GET', '/v1/projects', { ...slow, timeoutMs: 100 }), ChatTimeoutError);
    await assert.rejects(
        client.request('GET', '/v1/projects', { ...slow, signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' });
    const other = newClient();
    const waiting = other.request('GET', '/v1/projects', slow);
    other.close();
    await assert.rejects(waiting, ChatCancelledError);
    await assert.rejects(other.request('GET', '/v1/projects'), /closed/);
});

test('a path leads nowhere else', async () => {
    for (const path of ['//other.example/', 'https://other.example/', '/v1/../x', 'v1', '/v1?x=1', '/a\0', ''])
        await assert.rejects(client.request('GET', path), (error) => error instanceof InvalidArgumentError && /path/.test(error));
});

test('what is of the wrong type is refused by its name', async () => {
    for (const options of [{ query: 'a=1' }, { query: { a: {} } }, { body: () => 1 }, { body: { id: 5n } }, { timeoutMs: '1' },
        { maxResponseBytes: '1' }, { data: {} }, { signal: {} }])
        await assert.rejects(client.request('GET', '/v1/projects', options), TypeError);
    await assert.rejects(client.request(1, '/v1/projects'), { name: 'TypeError', message: /method/ });
    for (const upload of [undefined, {}, 'x', Object.create(Upload.prototype)])
        await assert.rejects(client.upload(FILES, upload), { name: 'TypeError', message: /upload must be an Upload/ });
    const upload = new Upload();
    assert.throws(() => upload.addBytes('file', [1], { fileName: 'x' }), TypeError);
    assert.throws(() => upload.addBytes('file', 'x', {}), { name: 'TypeError', message: /fileName/ });
    assert.throws(() => upload.addFile('file', 5), { name: 'TypeError', message: /path/ });
    assert.throws(() => upload.addText('a', 'b\0'), { name: 'InvalidArgumentError', message: /value/ });
});

test('a form has texts, files and bytes of any kind', async () => {
    const upload = new Upload()
        .addText('chatbot_id', 'DKDvwn')
        .addFile('file', pathToFileURL(import.meta.filename ?? new URL(import.meta.url).pathname), { fileName: 'own.js' })
        .addBytes('more', new Uint8Array([97, 0, 98]).subarray(0, 3), { fileName: 'two.bin', contentType: 'application/pdf' });
    const { data } = await client.upload(FILES, upload);
    for (const part of ['name="chatbot_id"', 'filename="own.js"', 'a form has texts', 'application/pdf', 'a\0b'])
        assert.ok(data.body.includes(part), part);
    assert.equal(upload.sent, data.bytes);
    await assert.rejects(client.upload(FILES, new Upload().addFile('file', '/nowhere/none.pdf')), { message: /none\.pdf/ });
});

test('the progress is read while a file is sent', async () => {
    let received;
    const arrived = new Promise((resolve) => { received = resolve; });
    const server = createServer((request, response) => received(() => request.resume().on('end', () => response.end('{}'))));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const other = newClient({ baseUrl: `http://127.0.0.1:${server.address().port}` });
    const upload = new Upload().addBytes('file', Buffer.alloc(64_000_000), { fileName: 'more than the buffers of a connection' });
    const waiting = other.upload(FILES, upload);
    const goOn = await arrived;
    while (upload.sent === 0)
        await pause(1);
    assert.ok(upload.sent < upload.total);
    goOn();
    await waiting;
    assert.equal(upload.sent, upload.total);
    other.close();
    server.close();
});

test('an upload may be forgotten while it is sent', async () => {
    const forgotten = client.upload(FILES, new Upload().addBytes('file', 'x', { fileName: 'small' }));
    gc();
    assert.equal((await forgotten).status, 200);
});

test('a page is asked for when it is needed, and the pages come to an end', async () => {
    const before = client.stats().answered;
    const leads = client.leads();
    assert.deepEqual(await leads.next(), { value: { name: 'Lead 0' }, done: false });
    assert.equal(client.stats().answered, before + 1);
    assert.deepEqual(await collected(client.leads({ pid: 'empty' })), []);
    assert.equal((await collected(client.leads({ pid: 'a?b#c %é', sessionId: '7' }))).length, 6);
    await assert.rejects(collected(client.leads({ pid: 'loop' })), { name: 'ProtocolError', message: /no end/ });
});

test('an ID is one segment of a path', async () => {
    for (const chatbotId of ['', '.', '..', 'a/b', 'a\\b', 'a\n'])
        await assert.rejects(client.sessions({ chatbotId }), { name: 'InvalidArgumentError', message: /chatbotId/ });
    assert.throws(() => client.leads({ pid: 5 }), TypeError);
    await assert.rejects(client.agentSettings({ project: 'misspelt' }), TypeError);
    await assert.rejects(newClient().sessions(), { name: 'InvalidArgumentError', message: /chatbotId is missing/ });
});

test('sessions and settings are read as far as they are there', async () => {
    const [first, second] = await client.sessions();
    assert.deepEqual([first.userProfileName, first.websiteUrl], ['Asha', null]);
    assert.deepEqual([second.lastMessageTime, second.lastMessage], ['1767225600', null]);
    assert.deepEqual(await client.sessions({ chatbotId: 'array' }), [first, second]);
    const settings = await client.agentSettings({ signal: new AbortController().signal });
    assert.deepEqual([settings.thinkingMode, settings.all.llm_api_key], ['low', settings.llmApiKey]);
});

test('a message of another platform', async () => {
    const { user_context } = JSON.parse((await client.chatSend(chat('!echo', { platform: 'telegram' }))).answer);
    assert.equal(user_context.platform, 'telegram');
    assert.equal(JSON.parse(client.chatSendSync(chat('!echo')).answer).user_context.platform, 'web');
    await assert.rejects(client.whatsappChat(chat('!echo', { platform: 'telegram' })), TypeError);
});

test('a request that fails is told on a channel', async () => {
    const told = [];
    const listen = (message) => told.push(message);
    subscribe('robofy:request', listen);
    await client.request('GET', '/v1/projects');
    await assert.rejects(client.request('GET', '/v1/projects', { query: { standin: 'status=404' } }), NotFoundError);
    unsubscribe('robofy:request', listen);
    assert.deepEqual(told.map(({ request, error }) => [request, error.name]), [[{ method: 'GET', path: '/v1/projects' }, 'NotFoundError']]);
});

test('requests and uploads leave no memory behind', async () => {
    await assertEndsGrowing(20_000_000, async () => {
        for (let i = 0; i < 40; i++)
            await Promise.allSettled(Array.from({ length: 50 }, (_, n) => n % 2
                ? client.request('POST', '/v1/projects', { body: PADDING, query: n % 4 === 1 ? { standin: 'status=404' } : null })
                : client.upload(FILES, new Upload().addBytes('file', PADDING, { fileName: 'x' }))));
    });
});
