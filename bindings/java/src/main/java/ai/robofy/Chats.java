package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The native client, its chats that wait, and the daemon thread that collects them.
 *
 * <p>Whoever is inside of the library, that thread included, is counted; the client is freed once it is closed and the
 * last one has left. The thread ends when for a second no chat has waited.
 */
final class Chats {
    private static final long IDLE_MS = 1000;
    private static final long STACK_BYTES = 256 * 1024;

    private final Pointer client;
    private final Map<Long, CompletableFuture<Reply>> waiting = new ConcurrentHashMap<>();
    private long nextTag;
    private int inside;
    private boolean closed;
    private boolean collecting;

    Chats(Pointer client) {
        this.client = client;
    }

    CompletableFuture<Reply> submit(Pointer message) {
        enter();
        try {
            CompletableFuture<Reply> answer = new CompletableFuture<>();
            long tag = expect(answer);
            PointerByReference error = new PointerByReference();
            if (Native.robofy_whatsapp_submit(client, message, tag, error) == 0) {
                waiting.remove(tag);
                throw RobofyException.take(error.getValue());
            }
            // Completed by anyone but the collector: cancelled, or out of the program's own time.
            answer.whenComplete((reply, failure) -> {
                if (waiting.remove(tag) != null) {
                    cancel(tag);
                }
            });
            return answer;
        } finally {
            leave();
        }
    }

    String stats() {
        enter();
        try {
            Pointer text = Native.robofy_client_stats(client);
            try {
                return Native.text(text);
            } finally {
                Native.robofy_free_string(text);
            }
        } finally {
            leave();
        }
    }

    /** No more calls; chats that wait are still answered. */
    void retire() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            inside++;
        }
        leave();
    }

    /** No more calls; chats that wait are cancelled. */
    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            inside++;
        }
        waiting.keySet().forEach(tag -> Native.robofy_client_cancel(client, tag));
        leave();
    }

    private void cancel(long tag) {
        synchronized (this) {
            if (inside == 0 && closed) {
                return;
            }
            inside++;
        }
        Native.robofy_client_cancel(client, tag);
        leave();
    }

    private synchronized void enter() {
        if (closed) {
            throw new IllegalStateException("this Client is closed: make another");
        }
        inside++;
    }

    private void leave() {
        synchronized (this) {
            inside--;
            if (inside > 0 || !closed) {
                return;
            }
        }
        Native.robofy_client_free(client);
    }

    private synchronized long expect(CompletableFuture<Reply> answer) {
        long tag = nextTag++;
        waiting.put(tag, answer);
        if (!collecting) {
            Thread collector = new Thread(null, this::collect, "robofy", STACK_BYTES);
            collector.setDaemon(true);
            collector.start();
            collecting = true;
            inside++;
        }
        return tag;
    }

    private void collect() {
        while (true) {
            Pointer completion = Native.robofy_client_poll(client, IDLE_MS);
            if (completion != null) {
                handOut(completion);
            }
            synchronized (this) {
                if (waiting.isEmpty() && (completion == null || closed)) {
                    collecting = false;
                    break;
                }
            }
        }
        leave();
    }

    /** The program's own code runs on its executor: it must not hold up the other chats. */
    private void handOut(Pointer completion) {
        try {
            CompletableFuture<Reply> answer = waiting.remove(Native.robofy_completion_tag(completion));
            if (answer == null) {
                return;
            }
            Pointer reply = Native.robofy_completion_reply(completion);
            if (reply != null) {
                Reply read = Reply.read(reply);
                answer.defaultExecutor().execute(() -> answer.complete(read));
            } else {
                RobofyException failure = RobofyException.read(Native.robofy_completion_error(completion));
                answer.defaultExecutor().execute(() -> answer.completeExceptionally(failure));
            }
        } finally {
            Native.robofy_completion_free(completion);
        }
    }
}
