package ai.robofy;

/** What became of a call; the order is the library's, and stable. */
public enum Status {
    OK,
    /** The caller's mistake, found before anything was sent. */
    INVALID_ARGUMENT,
    /** The service was never reached. */
    CONNECT,
    /** Certificate or handshake; nothing was sent. */
    TLS,
    /** The timeout passed. */
    TIMEOUT,
    /** The connection was lost after sending. */
    INTERRUPTED,
    /** Not what the service documents. */
    PROTOCOL,
    /** 400, 422 and other 4xx. */
    BAD_REQUEST,
    /** 401. */
    UNAUTHORIZED,
    /** 403. */
    FORBIDDEN,
    /** 404. */
    NOT_FOUND,
    /** 429, or the client's own pace. */
    RATE_LIMITED,
    /** 5xx. */
    SERVER,
    /** The client was closed while the chat was waiting. */
    CANCELLED,
    /** The limit of chats in flight; nothing was sent. */
    OVERLOADED,
    /** A bug in the library. */
    INTERNAL,
    /** A status that a later library has added. */
    UNKNOWN;

    static Status of(int number) {
        return number >= 0 && number < UNKNOWN.ordinal() ? values()[number] : UNKNOWN;
    }
}
