// The promises about what is no chat of WhatsApp: requests, uploads, lists and streams.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, inspect } from 'node:util';
import { Upload } from 'robofy';
import { promise } from './promises.js';
import { STREAM, assertFails, chat, withClient } from './service.js';

promise('requests', (...cases) => withClient({}, async (client) => {
    for (const { method, path, query, body, ...expected } of cases) {
        const calls = [() => client.request(method, path, { query, body }), async () => client.requestSync(method, path, { query, body })];
        for (const call of calls) {
            if (expected.status) {
                await assertFails(call(), expected);
                continue;
            }
            const { data } = await call();
            assert.deepEqual([data.method, data.path], [method, path]);
            assert.deepEqual(Object.fromEntries(data.query), query ?? {});
            assert.deepEqual(data.body ? JSON.parse(data.body) : undefined, body);
        }
    }
}));

promise('uploads', ({ path, file_name: fileName, content }) => withClient({}, async (client) => {
    const directory = mkdtempSync(join(tmpdir(), 'robofy-'));
    try {
        const file = join(directory, fileName);
        writeFileSync(file, content);
        const uploads = [new Upload().addBytes('file', Buffer.from(content), { fileName }), new Upload().addFile('file', file)];
        for (const upload of uploads) {
            assert.equal(upload.total, 0);
            for (const { data } of [await client.upload(path, upload), client.uploadSync(path, upload)]) {
                assert.ok(data.body.includes(`filename="${fileName}"`) && data.body.includes(content), data.body);
                assert.ok(upload.total > 0);
                assert.equal(upload.sent, upload.total);
            }
        }
    } finally {
        rmSync(directory, { recursive: true });
    }
}));

promise('lists', ({ leads, sessions, temperature, key }) => withClient({ pid: '31415', chatbotId: 'DKDvwn' }, async (client) => {
    const names = [];
    for await (const { name } of client.leads())
        names.push(name);
    assert.deepEqual(names, leads);
    assert.deepEqual((await client.sessions()).map(({ sessionId }) => sessionId), sessions);
    const settings = await client.agentSettings();
    assert.equal(settings.temperature, temperature);
    assert.equal(settings.llmApiKey, key);
    const texts = [
        `${settings}`, JSON.stringify(settings), format('%s %o %O %j', settings, settings, settings, settings),
        inspect(settings, { showHidden: true, getters: true, depth: null }), inspect([settings], { getters: true }),
    ];
    assert.ok(!texts.join().includes(key), texts);
}));

promise('streams', (...cases) => withClient({}, async (client) => {
    for (const { query, answer, session, ...expected } of cases) {
        const stream = client.stream(STREAM, chat(query));
        const read = (async () => {
            for await (const event of stream)
                assert.ok(event.body);
        })();
        await (expected.status ? assertFails(read, expected) : read);
        assert.equal(stream.text, answer);
        assert.equal(stream.sessionId !== null, session);
    }
}));

promise('stream_cancel', ({ query, answer, status, within_ms: within }) => withClient({}, async (client) => {
    const stream = client.stream(STREAM, chat(query));
    while (stream.text !== answer)
        await stream.next();
    const began = performance.now();
    assert.ok(stream.cancel());
    await assertFails(stream.next(), { status });
    assert.ok(performance.now() - began < within);
    assert.equal(stream.text, answer);
}));
