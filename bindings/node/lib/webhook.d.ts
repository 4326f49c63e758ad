/// <reference lib="esnext.disposable" />
import type { Channel } from './answers.js';
import type { WebhookEvent } from './webhook-event.js';

/** What a webhook's body says: iterates over its events. None is normal: answer 200. */
export declare class Incoming implements Iterable<WebhookEvent> {
    private constructor();
    /** The events, in the order of the body. */
    readonly events: readonly WebhookEvent[];
    /** How many messages and statuses have no identifier or no user, and so are no event: worth a line in a log. */
    readonly skipped: number;
    [Symbol.iterator](): IterableIterator<WebhookEvent>;
}

/**
 * Verifies and reads the webhooks of one channel, in one call, so that nobody reads what is not verified. Make one and keep
 * it. Nothing in it waits. One that is forgotten is freed by the garbage collector; the library wipes its secrets then.
 */
export declare class Webhook implements Disposable {
    /**
     * @param channel Where they come from.
     * @param secrets Meta's app secret; WAHA's HMAC key; Evolution API's `jwt_key` or the instance's API key; Twilio's auth
     * token. Several while one is replaced by another. Without any, what is not signed is read, as 360dialog's webhooks
     * are: something else has to keep strangers away then.
     * @throws {InvalidArgumentError} There is no such channel, or a secret is empty.
     * @throws {TypeError} A secret is no string, as where a variable of the environment is not set.
     */
    constructor(channel: Channel, ...secrets: string[]);
    /** Where they come from. */
    readonly channel: Channel;
    /**
     * Verifies the body of a POST, and reads it.
     *
     * @param body Its bytes as they came: one that was parsed and written again has another signature.
     * @param signature The header `X-Hub-Signature-256` of Meta, `X-Webhook-Hmac` of WAHA, `Authorization` of Evolution
     * API, `X-Twilio-Signature` of Twilio; undefined or null if the request has none.
     * @param url The public URL as Twilio calls it, with its query; the other channels do not sign it.
     * @returns What came in. Fields, types and values that are not known are no error.
     * @throws {SignatureError} The signature is missing or wrong: answer 401.
     * @throws {InvalidArgumentError} The body is not JSON (Twilio: a form), is larger than 3 MB or nests deeper than 128
     * levels: answer 400.
     */
    read(
        body: NodeJS.ArrayBufferView | ArrayBuffer, signature: string | string[] | null | undefined,
        url?: string | URL | null): Incoming;
    /**
     * What to answer, with 200 and as plain text, to the GET by which Meta asks for a webhook.
     *
     * @param query The query of the request's URL, as it stands there.
     * @param verifyToken The token that was entered at Meta.
     * @returns The answer; null if the request is not that, or has another token: answer 403.
     */
    challenge(query: string, verifyToken: string): string | null;
    /** Frees it. May be called again. */
    close(): void;
    [Symbol.dispose](): void;
}
