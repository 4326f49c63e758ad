// Compiled, not run: what TypeScript has to accept, and what it has to refuse.

import {
    Client, Inbox, RateLimitedError, RobofyError, SignatureError, Status, Upload, Webhook, format, split, statusName, version,
    type EventKind, type Incoming, type Outcome, type OutcomeKind, type Reply, type Response, type Stats, type StreamEventKind, type WebhookEvent,
} from 'robofy';
import type { IncomingMessage } from 'node:http';
import { FakeClient } from 'robofy/testing';

const client = new Client({ apiKey: 'key', baseUrl: null, timeoutMs: 1000, rateLimit: { perMinute: 30 } });

export async function ask(query: string, signal: AbortSignal): Promise<string> {
    try {
        const reply: Reply = await client.whatsappChat({
            pid: '1', chatbotId: '2', query, sessionId: '3', userContext: { language: 'en' }, timeoutMs: 500, signal,
        });
        return `${reply.answer} ${reply.sessionId ?? version}`;
    } catch (error) {
        if (error instanceof RateLimitedError)
            return `later: ${error.retryAfterMs ?? 1000}`;
        if (error instanceof RobofyError && error.status === Status.UNAUTHORIZED)
            return error.code ?? '';
        throw error;
    }
}

export async function askOnce(query: string): Promise<string> {
    using client = new Client();
    return (await client.whatsappChat({ query })).answer;
}

export const answer: string = client.whatsappChatSync({ pid: '1', chatbotId: '2', query: 'Hello' }).answer;
export const stats: Stats = client.stats();

// @ts-expect-error: a timeout is a number
new Client({ apiKey: 'key', timeoutMs: '1000' });
// @ts-expect-error: a misspelt option
new Client({ apiKey: 'key', timeout: 1000 });
// @ts-expect-error: no query
client.whatsappChat({ sessionId: '1' });
// @ts-expect-error: a blocking call cannot be cancelled
client.whatsappChatSync({ pid: '1', chatbotId: '2', query: 'Hello', signal: AbortSignal.timeout(1) });

const gateway = async (client: Client): Promise<string> => `${await client.whatsappChat({ query: 'Hello' })}`;
export const faked = gateway(new FakeClient(['Hello!', new RateLimitedError('later', { retryAfterMs: 1000 })]));
export const name: string = statusName(Status.OK);
// @ts-expect-error: a misspelt field
new RateLimitedError('later', { retryAfter: 1 });

export async function rest(signal: AbortSignal): Promise<string> {
    const response: Response<{ id: number }[]> = await client.request('GET', '/v1/projects', { query: { page: 1, all: true }, signal });
    const upload = new Upload().addText('a', 'b').addFile('file', new URL('file:///x')).addBytes('file', Buffer.of(1), { fileName: 'x' });
    const length: number = (await client.upload('/v1/files', upload, { timeoutMs: 5 })).body.length + upload.sent / upload.total;
    for await (const { name } of client.leads<{ name: string }>({ sessionId: '1', signal }))
        return name;
    const [session] = await client.sessions();
    return `${response.data?.[0]?.id} ${length} ${session?.userProfileName} ${(await client.agentSettings()).llmApiKey}`;
}

export async function read(path: string): Promise<StreamEventKind[]> {
    using stream = client.stream(path, { query: 'Hello', platform: 'telegram' });
    const kinds: StreamEventKind[] = [];
    for await (const event of stream)
        kinds.push(event.kind);
    return kinds;
}

// @ts-expect-error: a file in memory has a name
new Upload().addBytes('file', 'x', {});
// @ts-expect-error: a misspelt option
client.request('GET', '/v1/projects', { timeout: 1 });
// @ts-expect-error: a blocking call cannot be cancelled
client.requestSync('GET', '/v1/projects', { signal: AbortSignal.timeout(1) });
// @ts-expect-error: a WhatsApp chat is of WhatsApp
client.whatsappChat({ query: 'Hello', platform: 'web' });
export const fakes = new FakeClient([], { request: () => [], stream: () => ['Hello', { kind: 'session', text: '1' }] });

export function received(request: IncomingMessage, body: Buffer | ArrayBuffer): number {
    using webhook = new Webhook('twilio', 'a token', 'another');
    try {
        const incoming: Incoming = webhook.read(body, request.headers['x-twilio-signature'], new URL('https://x'));
        const [first]: readonly WebhookEvent[] = incoming.events;
        for (const { kind, text, timestampMs } of incoming)
            split(format(`${kind satisfies EventKind} ${text ?? ''} ${timestampMs ?? 0}`, 'markdown'), 1600);
        return webhook.challenge('hub.mode=subscribe', 'token')?.length ?? incoming.skipped + (first?.body.length ?? 0);
    } catch (error) {
        return error instanceof SignatureError ? 401 : 400;
    }
}

export const parts = async (reply: Promise<Reply>): Promise<string[]> => (await reply).parts(1600);
// @ts-expect-error: no such channel
new Webhook('telegram');
// @ts-expect-error: a variable of the environment may not be set
new Webhook('meta', process.env.APP_SECRET);
// @ts-expect-error: a body that was parsed is no body
new Webhook('meta').read({}, null);
// @ts-expect-error: the signature is not passed over
new Webhook('meta').read(Buffer.of());
// @ts-expect-error: no such dialect
format('x', 'html');

export async function serve(inbox: Inbox, events: readonly WebhookEvent[], send: (request: string) => Promise<string>): Promise<void> {
    for (const event of events)
        if (await inbox.offer(event) === 'queued' && inbox.stats().pending > 0)
            await inbox.offerText(null, '1650', 'a', 'Hello');
    for await (const outcome of inbox) {
        const kind: OutcomeKind = outcome.kind;
        for (const [part, request] of outcome.requests.entries())
            await (kind === 'typing' ? send(request) : inbox.sent(outcome, part, await send(request)));
        await inbox.failed(outcome, 0, outcome.error?.httpStatus ?? -1);
    }
    const left: Outcome | null = await inbox.poll(10);
    await inbox.pause(left?.sessionId ?? '1650', 1000);
    await inbox.resume(left?.reply?.answer ?? outcomeText(left));
}

const outcomeText = (outcome: Outcome | null): string => outcome?.parts.join('') ?? '';

export async function shortLived(): Promise<void> {
    await using inbox = new Inbox(client, {
        pid: '1', chatbotId: '2', path: '/var/lib/bot', fallback: { [Status.OK]: 'Later.', [Status.TIMEOUT]: '' },
        media: { policy: 'reply', text: 'Text only.' }, stopWords: ['stop'], startWords: { words: ['start'], text: null },
        dialect: 'markdown', retryAmbiguous: true,
    });
    await inbox.close();
}

// @ts-expect-error: no such policy
new Inbox(client, { media: { policy: 'reject' } });
// @ts-expect-error: a misspelt option
new Inbox(client, { quiet: 1 });
// @ts-expect-error: what is offered is an event
new Inbox(client).offer({ kind: 'text' });
// @ts-expect-error: what is refused is thrown
new Inbox(client).offerText(null, '1', '2', '3').then((accept) => accept === 'refused');
