// Compiled, not run: what TypeScript has to accept, and what it has to refuse.

import { Client, RateLimitedError, RobofyError, Status, statusName, version, type Reply, type Stats } from 'robofy';
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
