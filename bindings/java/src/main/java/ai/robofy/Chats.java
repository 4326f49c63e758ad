package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

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
    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
    private long nextTag;
    private int inside;
    private boolean closed;
    private boolean collecting;

    Chats(Pointer client) {
        this.client = client;
    }

    /** An answer that the program's own code may depend on: that runs on the future's executor. */
    CompletableFuture<Reply> submit(Pointer message) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        submit(message, new Waiting(answer, answer.defaultExecutor()));
        return answer;
    }

    /** An answer that a thread waits for, and nothing else: it takes no other thread. */
    CompletableFuture<Reply> submitToWait(Pointer message) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        submit(message, new Waiting(answer, Runnable::run));
        return answer;
    }

    private void submit(Pointer message, Waiting chat) {
        enter();
        try {
            long tag = expect(chat);
            PointerByReference error = new PointerByReference();
            if (Native.robofy_whatsapp_submit(client, message, tag, error) == 0) {
                waiting.remove(tag);
                throw RobofyException.take(error.getValue());
            }
            // Completed by anyone but the collector: cancelled, or out of the program's own time.
            chat.answer.whenComplete((reply, failure) -> {
                if (waiting.remove(tag) != null) {
                    cancel(tag);
                }
            });
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

    private synchronized long expect(Waiting chat) {
        if (!collecting) {
            Thread collector = new Thread(null, this::collect, "robofy", STACK_BYTES);
            collector.setDaemon(true);
            collector.start(); // without a thread to be had this throws, and nothing waits
            collecting = true;
            inside++;
        }
        long tag = nextTag++;
        waiting.put(tag, chat);
        return tag;
    }

    private void collect() {
        try {
            while (collectOne()) {}
        } catch (Throwable failure) {
            giveUp(failure);
        } finally {
            leave();
        }
    }

    private boolean collectOne() {
        Pointer completion = Native.robofy_client_poll(client, IDLE_MS);
        if (completion != null) {
            handOut(completion);
        }
        synchronized (this) {
            collecting = !waiting.isEmpty() || completion != null && !closed;
            return collecting;
        }
    }

    /** Without a collector nobody may be left to wait; the next chat starts another. */
    private void giveUp(Throwable failure) {
        synchronized (this) {
            collecting = false;
        }
        waiting.values().forEach(chat -> chat.answer.completeExceptionally(failure));
    }

    private void handOut(Pointer completion) {
        try {
            Waiting chat = waiting.remove(Native.robofy_completion_tag(completion));
            if (chat != null) {
                chat.end(completion);
            }
        } finally {
            Native.robofy_completion_free(completion);
        }
    }

    /** A chat's future, and where what depends on it runs: the program's own code must not hold up the other chats. */
    private record Waiting(CompletableFuture<Reply> answer, Executor executor) {
        void end(Pointer completion) {
            Runnable end = outcome(completion);
            try {
                executor.execute(end);
            } catch (Throwable noThread) {
                end.run();
            }
        }

        private Runnable outcome(Pointer completion) {
            try {
                Pointer reply = Native.robofy_completion_reply(completion);
                if (reply != null) {
                    Reply read = Reply.read(reply);
                    return () -> answer.complete(read);
                }
                RobofyException failure = RobofyException.read(Native.robofy_completion_error(completion));
                return () -> answer.completeExceptionally(failure);
            } catch (Throwable unreadable) { // there is no memory for it
                return () -> answer.completeExceptionally(unreadable);
            }
        }
    }
}
