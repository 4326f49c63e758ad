package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The native client and its chats that wait.
 *
 * <p>Whoever uses the client, the collector included, is counted; it is freed once it is closed and the last one has left.
 */
final class Chats {
    /** Completions that are handed out before other clients have their turn. */
    private static final int BATCH = 100;

    private final Pointer client;
    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
    private int descriptor;
    private long nextTag;
    private int users;
    private boolean closed;
    private boolean collected;

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
            if (isClosed()) {
                Native.robofy_client_cancel(client, tag);
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
                return Arguments.string(text);
            } finally {
                Native.robofy_free_string(text);
            }
        } finally {
            leave();
        }
    }

    /** No more calls; chats that wait are still answered. */
    void retire() {
        if (shut()) {
            leave();
        }
    }

    /** No more calls; chats that wait are cancelled. */
    void close() {
        if (shut()) {
            waiting.keySet().forEach(tag -> Native.robofy_client_cancel(client, tag));
            leave();
        }
    }

    /** False if it was closed already; otherwise the caller has entered. */
    private synchronized boolean shut() {
        if (closed) {
            return false;
        }
        closed = true;
        users++;
        return true;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void cancel(long tag) {
        synchronized (this) {
            if (users == 0 && closed) {
                return;
            }
            users++;
        }
        Native.robofy_client_cancel(client, tag);
        leave();
    }

    private synchronized void enter() {
        if (closed) {
            throw new IllegalStateException("this Client is closed: make another");
        }
        users++;
    }

    void leave() {
        boolean isLast;
        synchronized (this) {
            users--;
            if (users > 1 || !closed) {
                return;
            }
            isLast = users == 0;
        }
        if (isLast) {
            Native.robofy_client_free(client);
        } else {
            Collector.lookAgain();
        }
    }

    private synchronized long expect(Waiting chat) {
        if (!collected) {
            descriptor = Native.robofy_client_poll_fd(client);
            Collector.add(this); // without a thread or a descriptor to be had this throws, and nothing waits
            collected = true;
            users++;
        }
        long tag = nextTag++;
        waiting.put(tag, chat);
        return tag;
    }

    /** Readable while completions wait to be collected. */
    int descriptor() {
        return descriptor;
    }

    /** Hands out what has come. */
    void collect() {
        for (int i = 0; i < BATCH; i++) {
            Pointer completion = Native.robofy_client_poll(client, 0);
            if (completion == null) {
                return;
            }
            handOut(completion);
        }
    }

    /** Nobody but the collector uses the client, and nobody will. */
    synchronized boolean isDone() {
        return closed && users == 1 && waiting.isEmpty();
    }

    /** Without a collector nobody may be left to wait; the next chat starts another. */
    void giveUp(Throwable failure) {
        synchronized (this) {
            collected = false;
        }
        waiting.values().forEach(chat -> chat.answer.completeExceptionally(failure));
        leave();
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
