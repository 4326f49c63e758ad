// The endpoints whose answers are known: their paths, and what is read of an answer.

import { id, messageText, named, signalOf } from './arguments.js';
import { SESSION } from './declarations.js';
import { InvalidArgumentError, ProtocolError } from './failures.js';
import { AgentSettings } from './settings.js';

const MOST_PAGES = 10_000;
const NO_ID = /[/\\\p{Cc}]/u;

/** Iterates over the leads of all pages, each of which is asked for by `get` when it is needed. */
export function leads(get, agent, options) {
    const { sessionId, ...more } = checked(options, ['pid', 'chatbotId', 'sessionId', 'timeoutMs']);
    const query = sessionId === undefined || sessionId === null ? {} : { sessionId: messageText('sessionId', sessionId) };
    return pages(get, `leads/${part('pid', more, agent)}/${part('chatbotId', more, agent)}`, query, how(more));
}

async function* pages(get, path, query, more) {
    const seen = new Set();
    for (let token = null; ; seen.add(token)) {
        const response = await get(`/v1/ai-agent/${path}`, { ...more, query: { ...query, nextPageToken: token } });
        const { rows, next_page_token: next } = response.data?.report ?? {};
        if (!Array.isArray(rows))
            throw unread(response, 'the answer has no report of leads');
        token = word(next) || null;
        if (seen.has(token) || seen.size >= MOST_PAGES)
            throw unread(response, 'the leads come to no end: a page token came again, or there are too many');
        yield* rows;
        if (token === null)
            return;
    }
}

export async function sessions(get, agent, options) {
    const more = checked(options, ['chatbotId', 'timeoutMs']);
    const response = await get(`/v1/ai-agent/inbox/sessions/${part('chatbotId', more, agent)}`, how(more));
    const listed = response.data?.sessions ?? response.data;
    if (!Array.isArray(listed))
        throw unread(response, 'the answer has no list of sessions');
    return listed.map((entry) => members(entry, SESSION));
}

export async function agentSettings(get, agent, options) {
    const more = checked(options, ['pid', 'chatbotId', 'timeoutMs']);
    const path = `chatbot_ai_settings/${part('pid', more, agent)}/${part('chatbotId', more, agent)}`;
    const response = await get(`/v1/ai-agent/${path}`, how(more));
    const all = response.data;
    if (typeof all !== 'object' || all === null || Array.isArray(all))
        throw unread(response, 'the answer has no settings');
    return new AgentSettings({ ...members(all, ['temperature', 'thinking_mode', 'llm_api_key']), all });
}

function checked(options, known) {
    signalOf('options', options, known);
    return options;
}

function how({ timeoutMs, signal }) {
    return { timeoutMs, signal };
}

/** An ID as one segment of a path, by the library's own rule. */
function part(name, options, agent) {
    const value = id(name, options[name] ?? agent[name]);
    if (['', '.', '..'].includes(value) || NO_ID.test(value))
        throw new InvalidArgumentError(`${name} cannot be "${value}": give the ID that the service knows`);
    return encodeURIComponent(value);
}

/** What the service calls so, by JavaScript's names for it. */
function members(entry, names) {
    return Object.fromEntries(names.map((name) =>
        [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), word(entry?.[name])]));
}

function word(value) {
    return value === undefined || value === null || typeof value === 'string' ? value ?? null : JSON.stringify(value);
}

function unread({ status: httpStatus }, why) {
    return new ProtocolError(why, { httpStatus });
}
