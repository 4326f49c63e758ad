package ai.robofy;

import com.sun.jna.Pointer;
import java.time.Duration;
import java.util.Optional;

/** A chat, or the making of a client, has failed; the message is one line that a person can act on. */
public class RobofyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Status status;
    private final int httpStatus;
    private final String code;
    private final String detail;
    private final boolean retryable;
    private final Duration retryAfter;

    private RobofyException(Facts facts) {
        super(facts.message);
        status = facts.status;
        httpStatus = facts.httpStatus;
        code = facts.code;
        detail = facts.detail;
        retryable = facts.retryable;
        retryAfter = facts.retryAfter;
    }

    /** The kind of failure. */
    public Status status() {
        return status;
    }

    /** The HTTP status of the service's response; 0 if there was none. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The service's error code, such as "UNAUTHORIZED". */
    public Optional<String> code() {
        return Optional.ofNullable(code);
    }

    /** The service's own explanation. */
    public Optional<String> detail() {
        return Optional.ofNullable(detail);
    }

    /** The agent has not seen the message, and sending it again, later, may help. */
    public boolean isRetryable() {
        return retryable;
    }

    /** How long the service asks to wait. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** An argument cannot be used; nothing was sent. The message names it. */
    public static final class InvalidArgument extends RobofyException {
        private static final long serialVersionUID = 1;

        private InvalidArgument(Facts facts) {
            super(facts);
        }
    }

    /** The service was never reached. */
    public static final class Connect extends RobofyException {
        private static final long serialVersionUID = 1;

        private Connect(Facts facts) {
            super(facts);
        }
    }

    /** Certificate or handshake; nothing was sent. */
    public static final class Tls extends RobofyException {
        private static final long serialVersionUID = 1;

        private Tls(Facts facts) {
            super(facts);
        }
    }

    /** The timeout passed. Unless retryable, the agent may have seen the message. */
    public static final class Timeout extends RobofyException {
        private static final long serialVersionUID = 1;

        private Timeout(Facts facts) {
            super(facts);
        }
    }

    /** The connection was lost after the message was sent. */
    public static final class Interrupted extends RobofyException {
        private static final long serialVersionUID = 1;

        private Interrupted(Facts facts) {
            super(facts);
        }
    }

    /** The response is not what the service documents. */
    public static final class Protocol extends RobofyException {
        private static final long serialVersionUID = 1;

        private Protocol(Facts facts) {
            super(facts);
        }
    }

    /** 400, 422 and other 4xx. */
    public static final class BadRequest extends RobofyException {
        private static final long serialVersionUID = 1;

        private BadRequest(Facts facts) {
            super(facts);
        }
    }

    /** 401: the API key is missing, wrong or revoked. */
    public static final class Unauthorized extends RobofyException {
        private static final long serialVersionUID = 1;

        private Unauthorized(Facts facts) {
            super(facts);
        }
    }

    /** 403: the API key may not use this project or agent. */
    public static final class Forbidden extends RobofyException {
        private static final long serialVersionUID = 1;

        private Forbidden(Facts facts) {
            super(facts);
        }
    }

    /** 404: no such project or agent. */
    public static final class NotFound extends RobofyException {
        private static final long serialVersionUID = 1;

        private NotFound(Facts facts) {
            super(facts);
        }
    }

    /** 429, or with an HTTP status of 0 the client's own pace. */
    public static final class RateLimited extends RobofyException {
        private static final long serialVersionUID = 1;

        private RateLimited(Facts facts) {
            super(facts);
        }
    }

    /** 5xx. Unless retryable, the agent may have seen the message. */
    public static final class Server extends RobofyException {
        private static final long serialVersionUID = 1;

        private Server(Facts facts) {
            super(facts);
        }
    }

    /** The client was closed while the chat was waiting. */
    public static final class Cancelled extends RobofyException {
        private static final long serialVersionUID = 1;

        private Cancelled(Facts facts) {
            super(facts);
        }
    }

    /** The limit of chats in flight is reached; nothing was sent. */
    public static final class Overloaded extends RobofyException {
        private static final long serialVersionUID = 1;

        private Overloaded(Facts facts) {
            super(facts);
        }
    }

    /** A bug in the library: please report it. */
    public static final class Internal extends RobofyException {
        private static final long serialVersionUID = 1;

        private Internal(Facts facts) {
            super(facts);
        }
    }

    private record Facts(
            Status status, String message, int httpStatus, String code, String detail, boolean retryable,
            Duration retryAfter) {}

    static RobofyException of(
            Status status, String message, int httpStatus, String code, String detail, boolean retryable,
            Duration retryAfter) {
        Facts facts = new Facts(status, message, httpStatus, code, detail, retryable, retryAfter);
        return switch (status) {
            case INVALID_ARGUMENT -> new InvalidArgument(facts);
            case CONNECT -> new Connect(facts);
            case TLS -> new Tls(facts);
            case TIMEOUT -> new Timeout(facts);
            case INTERRUPTED -> new Interrupted(facts);
            case PROTOCOL -> new Protocol(facts);
            case BAD_REQUEST -> new BadRequest(facts);
            case UNAUTHORIZED -> new Unauthorized(facts);
            case FORBIDDEN -> new Forbidden(facts);
            case NOT_FOUND -> new NotFound(facts);
            case RATE_LIMITED -> new RateLimited(facts);
            case SERVER -> new Server(facts);
            case CANCELLED -> new Cancelled(facts);
            case OVERLOADED -> new Overloaded(facts);
            case INTERNAL -> new Internal(facts);
            case OK, UNKNOWN -> new RobofyException(facts);
        };
    }

    /** Reads the library's error, and leaves it to its owner. */
    static RobofyException read(Pointer error) {
        long retryAfterMs = Native.robofy_error_retry_after_ms(error);
        return of(
                Status.of(Native.robofy_error_status(error)),
                Native.text(Native.robofy_error_message(error)),
                Native.robofy_error_http_status(error),
                Native.text(Native.robofy_error_code(error)),
                Native.text(Native.robofy_error_detail(error)),
                Native.robofy_error_is_retryable(error) != 0,
                retryAfterMs == 0 ? null : Duration.ofMillis(retryAfterMs));
    }

    /** Reads the library's error, and frees it. */
    static RobofyException take(Pointer error) {
        try {
            return read(error);
        } finally {
            Native.robofy_error_free(error);
        }
    }
}
