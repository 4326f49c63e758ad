// The service that the tests talk to, and short forms of what they do.

import { Client } from 'robofy';

export const PADDING = 'x'.repeat(4096);

export function newClient(options = {}) {
    return new Client(process.env.ROBOFY_API_KEY, { baseUrl: process.env.ROBOFY_BASE_URL, ...options });
}

export function chat(query, more = {}) {
    return { pid: '31415', chatbotId: 'DKDvwn', query, ...more };
}
