package ai.robofy;

import com.sun.jna.Pointer;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;

/** What every {@link RobofyException} tells; the message is one line that a person can act on. */
abstract class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Facts facts;

    Failure(Facts facts) {
        super(facts.message);
        this.facts = facts;
    }

    /** The kind of failure. */
    public Status status() {
        return facts.status;
    }

    /** The HTTP status of the service's response; 0 if there was none. */
    public int httpStatus() {
        return facts.httpStatus;
    }

    /** The service's error code, such as "UNAUTHORIZED". */
    public Optional<String> code() {
        return Optional.ofNullable(facts.code);
    }

    /** The service's own explanation. */
    public Optional<String> detail() {
        return Optional.ofNullable(facts.detail);
    }

    /** The agent has not seen the message, and sending it again, later, may help. */
    public boolean isRetryable() {
        return facts.retryable;
    }

    /** How long the service, or the client's own pace, asks to wait. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(facts.retryAfter);
    }

    record Facts(
            Status status, String message, int httpStatus, String code, String detail, boolean retryable, Duration retryAfter)
            implements Serializable {
        static Facts of(Status status, String message) {
            return new Facts(status, message, 0, null, null, false, null);
        }

        static Facts read(Pointer error) {
            long retryAfterMs = Native.robofy_error_retry_after_ms(error);
            return new Facts(
                    Status.of(Native.robofy_error_status(error)),
                    Arguments.inJava(Arguments.string(Native.robofy_error_message(error))),
                    Native.robofy_error_http_status(error),
                    Arguments.string(Native.robofy_error_code(error)),
                    Arguments.string(Native.robofy_error_detail(error)),
                    Native.robofy_error_is_retryable(error) != 0,
                    retryAfterMs == 0 ? null : Duration.ofMillis(retryAfterMs));
        }
    }
}
