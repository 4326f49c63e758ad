// A whole WhatsApp bot on whatsapp-web.js: a Robofy agent answers each burst of messages once, also after kill -9.
//
//     npm install whatsapp-web.js "$(npm pack --silent CHECKOUT/bindings/node)"
//     node whatsapp_web_bot.mjs FOLDER
//
// FOLDER keeps the session of WhatsApp Web and what came in. Set ROBOFY_API_KEY, ROBOFY_PID and ROBOFY_CHATBOT_ID.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Inbox } from 'robofy';
import web from 'whatsapp-web.js';

const DAY_SECONDS = 24 * 60 * 60;
const TAKEOVER_MS = 30 * 60 * 1000;

const [folder] = process.argv.slice(2);
if (!folder) {
    console.error('usage: node whatsapp_web_bot.mjs FOLDER');
    process.exit(2);
}
mkdirSync(folder, { recursive: true });

const { ROBOFY_BASE_URL: baseUrl, ROBOFY_PID: pid, ROBOFY_CHATBOT_ID: chatbotId } = process.env;
const inbox = new Inbox(new Client({ pid, chatbotId, baseUrl }), {
    path: join(folder, 'inbox'),
    fallback: 'Sorry, I cannot answer just now. Please try again later.',
});
const whatsapp = new web.Client({ authStrategy: new web.LocalAuth({ dataPath: join(folder, 'session') }) });

const isOfOneUser = (chatId) => /@(c\.us|lid)$/.test(chatId);

/** Known by its identifier when it comes again: as unread, after the bot was away. */
async function take({ from, fromMe, id, body }) {
    if (!fromMe && isOfOneUser(from))
        await inbox.offerText(null, from, id._serialized, body);
}

/** What was written while the bot was away. */
async function catchUp() {
    const sinceYesterday = ({ timestamp }) => timestamp > Date.now() / 1000 - DAY_SECONDS;
    for (const chat of await whatsapp.getChats())
        if (chat.unreadCount > 0 && isOfOneUser(chat.id._serialized))
            for (const message of (await chat.fetchMessages({ limit: chat.unreadCount })).filter(sinceYesterday))
                await take(message);
}

/** A person who writes on the phone has the conversation; what this bot sends is of device type "web". */
async function giveWay({ to, fromMe, deviceType }) {
    if (fromMe && deviceType !== 'web' && isOfOneUser(to))
        await inbox.pause(to, TAKEOVER_MS);
}

async function deliverAll() {
    for await (const outcome of inbox)
        logged(deliver)(outcome); // many users at once; each one's messages stay in order
}

async function deliver(outcome) {
    if (outcome.kind === 'typing')
        return (await whatsapp.getChatById(outcome.to)).sendStateTyping();
    for (const [part, text] of outcome.parts.entries()) {
        try {
            const quote = part === 0 ? { quotedMessageId: outcome.replyTo } : {};
            const sent = await whatsapp.sendMessage(outcome.to, text, quote);
            await inbox.sent(outcome, part, sent?.id._serialized);
        } catch (error) {
            console.error(`${error}`);
            return inbox.failed(outcome, part, -1); // what is left comes again by itself
        }
    }
}

const logged = (act) => (...given) => act(...given).catch((error) => console.error(`${error}`));

whatsapp.on('qr', (code) => console.log(`scan this as a QR code with the phone: ${code}`));
whatsapp.on('ready', logged(catchUp));
whatsapp.once('ready', logged(deliverAll));
whatsapp.on('message', logged(take));
whatsapp.on('message_create', logged(giveWay));
await whatsapp.initialize();
