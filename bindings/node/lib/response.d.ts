/** What is left out, undefined or null is the client's. */
export interface CallOptions {
    /** For this call in place of the client's. */
    timeoutMs?: number | null;
    /** The largest body that is read, in place of the client's. */
    maxResponseBytes?: number | null;
}

type QueryValue = string | number | boolean | null | undefined;

/** The pairs of a URL's query, not encoded: an object, URLSearchParams, or pairs one after another. */
export type Query = Readonly<Record<string, QueryValue>> | Iterable<readonly [string, QueryValue]>;

/** What a request sends, and how it behaves. */
export interface RequestOptions extends CallOptions {
    query?: Query | null;
    /** Any value that JSON has; null or undefined for no body. */
    body?: unknown;
}

/**
 * What an endpoint has answered, with a status from 200 to 299. No part of the body, which may hold a secret, is shown by
 * `console.log`.
 */
export declare class Response<Data = unknown> {
    private constructor();
    /** The HTTP status. */
    readonly status: number;
    /** How many requests it took. */
    readonly attempts: number;
    /** How long it took, retries included. */
    readonly elapsedMs: number;
    /** The body as received. */
    get body(): Buffer;
    /** What the service's envelope holds under "data", parsed; null without an envelope, which some answers do not have. */
    get data(): Data | null;
    /** The first header of this name, which may be in any case; null if there is none. */
    header(name: string): string | null;
    /** The body parsed. */
    json(): unknown;
}
