import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidArgumentError, Reply, format, split } from 'robofy';
import { FakeClient } from 'robofy/testing';
import { chat, withClient } from './service.js';

test('an answer is written as WhatsApp text', () => {
    for (const [text, dialect, expected] of [
        ['**Order 12** is ready', undefined, '*Order 12* is ready'],
        ['*Order 12* is ready', 'auto', '*Order 12* is ready'],
        ['*x* and **y**', 'markdown', '_x_ and *y*'],
        ['AT&amp;T', 'whatsapp', 'AT&T'],
        ['[our guide](https://e.com/a_b)', 'auto', 'our guide: https://e.com/a_b'],
        ['half of \ud83d', 'auto', 'half of \ufffd'],
        ['', 'auto', ''],
    ])
        assert.equal(format(text, dialect), expected);
});

test('a text is split where it can be', () => {
    assert.deepEqual(split('One. Two.\n\nThree. Four.', 14), ['One. Two.\n\n', 'Three. Four.']);
    assert.deepEqual(split('*bold words*', 8), ['*bold* ', '*words*']);
    assert.deepEqual(split(' \n'), []);
    const parts = split('👋🏽'.repeat(3000));
    assert.equal(parts.join(''), '👋🏽'.repeat(3000));
    assert.ok(parts.every(({ length }) => length <= 4096));
});

test('a reply has its parts', () => withClient({}, async (client) => {
    const reply = await client.whatsappChat(chat('!answer=**b**_and_more'));
    assert.ok(reply instanceof Reply);
    assert.deepEqual(reply.parts(), [format(reply.answer)]);
    assert.deepEqual(reply.parts(8), split(format(reply.answer), 8));
    assert.throws(() => reply.parts(-1), InvalidArgumentError);
    const fake = new FakeClient(['**b**']).whatsappChatSync(chat('Hello'));
    assert.deepEqual(fake.parts(), ['**b**']);
}));

test('a text that cannot be used is refused by name', () => {
    for (const [call, error, words] of [
        [() => format('a\0b'), InvalidArgumentError, /^text contains a NUL/],
        [() => format('x', 'html'), InvalidArgumentError, /^dialect must be one of auto, markdown, whatsapp$/],
        [() => format('x', 1), TypeError, /^dialect must be a string/],
        [() => format(Buffer.from('x')), TypeError, /^text must be a string/],
        [() => split('x', -1), InvalidArgumentError, /^limit must be a whole number between 0/],
        [() => split('x', 2 ** 32), InvalidArgumentError, /^limit must be a whole number between 0/],
        [() => split('x', '9'), TypeError, /^limit must be a number/],
    ])
        assert.throws(call, (thrown) => thrown instanceof error && words.test(thrown.message));
});
