// In place of WhatsApp Web: a line of standard input is an event of the library's; a line of standard output says what was
// sent, and which event the program is done with.

import { createInterface } from 'node:readline';
import web from 'whatsapp-web.js';

const { Client, Message } = web;
let number = 0;

const messageOf = (client, { id, from, to = 'me@c.us', fromMe = false, body, t = Math.floor(Date.now() / 1000) }) =>
    new Message(client, { id: { id, fromMe, remote: from, _serialized: id }, from, to, body, t, type: 'chat' });
const printed = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);

Client.prototype.initialize = async function initialize() {
    const unread = [];
    this.getChats = async () => unread.map((message) => ({
        id: { _serialized: message.from }, unreadCount: 1, fetchMessages: async () => [messageOf(this, message)],
    }));
    for await (const line of createInterface({ input: process.stdin })) {
        const { event, ...given } = JSON.parse(line);
        if (event === 'ready') {
            this.emit(event);
        } else if (event === 'unread') {
            unread.push(given);
        } else {
            await Promise.all(this.listeners(event).map((listener) => listener(messageOf(this, given))));
            printed({ taken: given.id });
        }
    }
};

Client.prototype.getChatById = async function getChatById(chatId) {
    return { sendStateTyping: async () => printed({ typing: chatId }) };
};

Client.prototype.sendMessage = async function sendMessage(chatId, text, { quotedMessageId = null } = {}) {
    const id = `3EB0${process.pid}${number++}`;
    printed({ to: chatId, text, quoted: quotedMessageId, id });
    const own = { id, from: 'me@c.us', to: chatId, fromMe: true, body: text };
    this.emit('message_create', messageOf(this, own));
    return messageOf(this, own);
};
