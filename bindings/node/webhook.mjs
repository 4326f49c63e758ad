import { createHmac } from 'node:crypto';
import { Client, SignatureError, Webhook } from 'robofy';

const { ROBOFY_BASE_URL: baseUrl, ROBOFY_PID: pid, ROBOFY_CHATBOT_ID: chatbotId } = process.env;
const client = new Client({ pid, chatbotId, baseUrl });
const webhook = new Webhook('meta', 'my-app-secret');

/** The HTTP status to answer a POST with. The body is a Buffer of its bytes, the signature `X-Hub-Signature-256`. */
async function received(body, signature) {
    let incoming;
    try {
        incoming = webhook.read(body, signature);
    } catch (error) {
        return error instanceof SignatureError ? 401 : 400;
    }
    for (const { kind, text, sessionId, groupId, phone } of incoming) {
        if (kind !== 'text' || groupId)
            continue;
        const reply = await client.whatsappChat({ query: text, sessionId });
        for (const part of reply.parts())
            console.log(`to ${phone}: ${part}`); // in your program: send it
    }
    return 200;
}

// What Meta sends.
const message = { from: '918727000000', id: 'wamid.1', type: 'text', text: { body: 'Hello' } };
const changes = [{ field: 'messages', value: { messages: [message] } }];
const body = Buffer.from(JSON.stringify({ entry: [{ changes }] }));
const signature = `sha256=${createHmac('sha256', 'my-app-secret').update(body).digest('hex')}`;
console.log(await received(body, signature), await received(body, undefined));
