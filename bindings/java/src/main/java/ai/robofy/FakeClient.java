package ai.robofy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A client for a program's own tests: it answers as it was told, needs no library, and keeps what it was asked. */
public final class FakeClient implements ChatClient {
    private final Queue<CompletableFuture<String>> script = new ArrayDeque<>();
    private final List<Message> messages = new ArrayList<>();
    private boolean closed;

    /** The answer to the next message that has none yet. */
    public synchronized FakeClient answers(String answer) {
        script.add(CompletableFuture.completedFuture(Objects.requireNonNull(answer, "answer must not be null")));
        return this;
    }

    /** The failure of the next message that has no answer yet; CONNECT and RATE_LIMITED are retryable, as the library's. */
    public FakeClient fails(Status status, String message) {
        return fails(status, message, status == Status.CONNECT || status == Status.RATE_LIMITED, null);
    }

    /** The failure of the next message that has no answer yet, and what it says about sending again. */
    public synchronized FakeClient fails(Status status, String message, boolean isRetryable, Duration retryAfter) {
        Failure.Facts facts = new Failure.Facts(status, message, 0, null, null, isRetryable, retryAfter);
        script.add(CompletableFuture.failedFuture(RobofyException.of(facts)));
        return this;
    }

    /** The messages that were sent, oldest first. */
    public synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    @Override
    public Reply whatsappChat(Message message) {
        try {
            return whatsappChatAsync(message).join();
        } catch (CompletionException failure) {
            throw (RobofyException) failure.getCause().fillInStackTrace();
        }
    }

    @Override
    public synchronized CompletableFuture<Reply> whatsappChatAsync(Message message) {
        if (closed) {
            throw new IllegalStateException("this Client is closed: make another");
        }
        messages.add(Objects.requireNonNull(message, "message must not be null"));
        if (script.isEmpty()) {
            throw new IllegalStateException("this FakeClient has no answer left: tell it one more");
        }
        return script.remove().thenApply(answer -> new Reply(answer, message.sessionId(), "Success", "{}", 1, Duration.ZERO));
    }

    @Override
    public Reply chatSend(Message message) {
        return whatsappChat(message);
    }

    @Override
    public CompletableFuture<Reply> chatSendAsync(Message message) {
        return whatsappChatAsync(message);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
