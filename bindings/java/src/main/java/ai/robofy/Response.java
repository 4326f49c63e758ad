package ai.robofy;

import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;

/** What an endpoint has answered, with a status from 200 to 299. Immutable, and of use on any thread. */
public final class Response {
    private final Pointer response;
    private final byte[] body;

    /** Owns the completion. The garbage collector does not see native memory, but the copy of the body it does. */
    Response(Pointer completion) {
        response = Native.robofy_completion_response(completion);
        int length = Math.toIntExact(Native.robofy_response_body_length(response));
        body = Native.robofy_response_body(response).getByteArray(0, length);
        Owned.by(this, () -> Native.robofy_completion_free(completion));
    }

    /** The HTTP status. */
    public int status() {
        return read(Native::robofy_response_status);
    }

    /** The first header of this name, which may be in upper or lower case. */
    public Optional<String> header(String name) {
        byte[] text = Arguments.text("name", name);
        return Optional.ofNullable(read(each -> Arguments.string(Native.robofy_response_header(each, text))));
    }

    /** The body as it was received. */
    public byte[] body() {
        return body.clone();
    }

    /** The body as UTF-8, such as the text of a JSON object. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The text of the JSON value that the service's envelope holds under "data"; some answers have no envelope. */
    public Optional<String> data() {
        return Optional.ofNullable(read(each -> Arguments.string(Native.robofy_response_data(each))));
    }

    /** How many requests it took. */
    public int attempts() {
        return read(Native::robofy_response_attempts);
    }

    /** How long it took, retries included. */
    public Duration elapsed() {
        return Duration.of(read(Native::robofy_response_elapsed_us), ChronoUnit.MICROS);
    }

    /** The status and the length: the body may hold a secret. */
    @Override
    public String toString() {
        return "Response[status=" + status() + ", " + body.length + " bytes]";
    }

    private <T> T read(Function<Pointer, T> getter) {
        try {
            return getter.apply(response);
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
