package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is asked of the service: submitted once, then freed. */
record Call<T>(Submission submission, Result<T> result, Runnable free) implements AutoCloseable {
    interface Submission {
        byte submit(Pointer client, long tag, PointerByReference error);
    }

    private interface Chat {
        byte submit(Pointer client, Pointer message, long tag, PointerByReference error);
    }

    static Call<Reply> whatsapp(Pointer message) {
        return chat(message, Native::robofy_whatsapp_submit);
    }

    static Call<Reply> chat(Pointer message) {
        return chat(message, Native::robofy_chat_submit);
    }

    private static Call<Reply> chat(Pointer message, Chat chat) {
        Submission submission = (client, tag, error) -> chat.submit(client, message, tag, error);
        return new Call<>(submission, Result.REPLY, () -> Native.robofy_message_free(message));
    }

    static Call<Response> request(Request request) {
        Objects.requireNonNull(request, "request must not be null");
        byte[] method = Arguments.text("method", request.method());
        byte[] path = Arguments.text("path", request.path());
        byte[] body = request.body() == null ? null : Arguments.messageText("body", request.body());
        Pointer options = options(request.query(), request.timeout(), request.maxResponseBytes());
        return new Call<>(
                (client, tag, error) ->
                        Native.robofy_request_submit(client, method, path, null, body, options, tag, error),
                Result.RESPONSE,
                () -> Native.robofy_call_free(options));
    }

    static Call<Response> upload(String path, Upload upload, Duration timeout) {
        Objects.requireNonNull(upload, "upload must not be null");
        byte[] there = Arguments.text("path", path);
        Pointer options = options(List.of(), timeout, null);
        return new Call<>(
                (client, tag, error) -> upload.submit(client, there, options, tag, error),
                Result.RESPONSE,
                () -> Native.robofy_call_free(options));
    }

    /** To be freed with robofy_call_free; everything is checked before anything is allocated. */
    static Pointer options(List<Map.Entry<String, String>> query, Duration timeout, Long maxResponseBytes) {
        long ms = timeout == null ? 0 : Arguments.milliseconds("timeout", timeout);
        long bytes = maxResponseBytes == null ? 0 : Arguments.atLeast(1, "maxResponseBytes", maxResponseBytes);
        List<byte[][]> pairs = query.stream().map(Call::encoded).toList();
        Pointer options = Native.robofy_call_new();
        pairs.forEach(pair -> Native.robofy_call_add_query(options, pair[0], pair[1]));
        Native.robofy_call_set_timeout_ms(options, ms);
        Native.robofy_call_set_max_response_bytes(options, bytes);
        return options;
    }

    private static byte[][] encoded(Map.Entry<String, String> pair) {
        return new byte[][] {
            Arguments.messageText("query", pair.getKey()), Arguments.messageText("query", pair.getValue())
        };
    }

    @Override
    public void close() {
        free.run();
    }
}
