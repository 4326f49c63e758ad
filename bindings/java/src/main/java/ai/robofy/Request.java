package ai.robofy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One call of any endpoint.
 *
 * @param method "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS"
 * @param path the path below the base URL, such as "/v1/projects"; it cannot lead to another host. What a URL cannot hold
 *     in an ID is percent-encoded by the caller.
 * @param query the pairs of the URL's query, which are encoded later
 * @param body the text of a JSON value, sent as it is written; null for no body
 * @param timeout for this call in place of the client's, or null
 * @param maxResponseBytes the largest body that is read, in place of the client's, or null
 */
public record Request(
        String method,
        String path,
        List<Map.Entry<String, String>> query,
        String body,
        Duration timeout,
        Long maxResponseBytes) {
    public Request {
        Objects.requireNonNull(method, "method must not be null");
        Objects.requireNonNull(path, "path must not be null");
        query = List.copyOf(query);
    }

    public Request(String method, String path) {
        this(method, path, List.of(), null, null, null);
    }

    /** With one more pair in the URL's query. */
    public Request withQuery(String name, String value) {
        var more = Stream.concat(query.stream(), Stream.of(Map.entry(name, value))).toList();
        return new Request(method, path, more, body, timeout, maxResponseBytes);
    }

    public Request withBody(String json) {
        return new Request(method, path, query, json, timeout, maxResponseBytes);
    }

    public Request withTimeout(Duration value) {
        return new Request(method, path, query, body, value, maxResponseBytes);
    }

    public Request withMaxResponseBytes(long value) {
        return new Request(method, path, query, body, timeout, value);
    }

    /** Method and path: what the rest holds may be a secret. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
