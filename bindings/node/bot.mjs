import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Client, Inbox, InvalidArgumentError, SignatureError, Webhook } from 'robofy';

const { ROBOFY_BASE_URL: baseUrl, ROBOFY_PID: pid, ROBOFY_CHATBOT_ID: chatbotId } = process.env;
const { WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN, WHATSAPP_TOKEN } = process.env;
const { WHATSAPP_URL = 'https://graph.facebook.com/v26.0' } = process.env;
const [port, path] = process.argv.slice(2);
const webhook = new Webhook('meta', WHATSAPP_APP_SECRET);
const inbox = new Inbox(new Client({ pid, chatbotId, baseUrl }), { path, fallback: 'Sorry, please try again later.' });

/** What to answer Meta: 200 only if all of it is kept. Otherwise it comes again, and what was kept is known. */
async function received(request) {
    try {
        if (request.method !== 'POST') {
            const challenge = webhook.challenge(request.url.split('?')[1] ?? '', WHATSAPP_VERIFY_TOKEN);
            return { status: challenge === null ? 403 : 200, text: challenge ?? '' };
        }
        for (const event of webhook.read(await buffer(request), request.headers['x-hub-signature-256']))
            await inbox.offer(event);
        return { status: 200 };
    } catch (error) {
        console.error(`${error}`);
        return { status: error instanceof SignatureError ? 401 : error instanceof InvalidArgumentError ? 400 : 503 };
    }
}

async function deliver(outcome) {
    const address = `${WHATSAPP_URL}/${outcome.channelId}/messages`;
    const headers = { authorization: `Bearer ${WHATSAPP_TOKEN}`, 'content-type': 'application/json' };
    for (const [part, body] of outcome.requests.entries()) {
        const response = await fetch(address, { method: 'POST', headers, body }).catch(() => null);
        const said = await response?.json().catch(() => null);
        if (outcome.kind === 'typing')
            return;
        if (!response?.ok) // what is left comes again by itself
            return inbox.failed(outcome, part, said?.error?.code ?? response?.status ?? -1);
        await inbox.sent(outcome, part, said?.messages?.[0]?.id);
    }
}

createServer(async (request, response) => {
    const { status, text } = await received(request);
    response.writeHead(status).end(text);
}).listen(port, '127.0.0.1');

for await (const outcome of inbox)
    deliver(outcome).catch(console.error); // many users at once; each one's messages stay in order
