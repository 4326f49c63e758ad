// Compiled, not run: what TypeScript has to accept, and what it has to refuse.

import { Client, RateLimitedError, RobofyError, Status, version, type Reply, type Stats } from 'robofy';

const client = new Client('key', { baseUrl: null, timeoutMs: 1000, rateLimit: { perMinute: 30 } });

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

export const answer: string = client.whatsappChatSync({ pid: '1', chatbotId: '2', query: 'Hello' }).answer;
export const stats: Stats = client.stats();

// @ts-expect-error: a timeout is a number
new Client('key', { timeoutMs: '1000' });
// @ts-expect-error: a misspelt option
new Client('key', { timeout: 1000 });
// @ts-expect-error: no query
client.whatsappChat({ pid: '1', chatbotId: '2' });
// @ts-expect-error: a blocking call cannot be cancelled
client.whatsappChatSync({ pid: '1', chatbotId: '2', query: 'Hello', signal: AbortSignal.timeout(1) });
