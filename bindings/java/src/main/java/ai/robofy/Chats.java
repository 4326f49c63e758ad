package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The native client and its chats and other calls that wait.
 *
 * <p>Whoever uses the client, the collector included, is counted; it is freed once it is closed and the last one has left.
 */
final class Chats implements Watched {
    /** Completions that are handed out before other clients have their turn. */
    private static final int BATCH = 100;

    private final Pointer client;
    private final Map<Long, Waiting<?>> waiting = new ConcurrentHashMap<>();
    private int descriptor;
    private long nextTag;
    private int users;
    private boolean closed;
    private boolean collected;

    Chats(Pointer client) {
        this.client = client;
    }

    /** An answer that the program's own code may depend on: that runs on the future's executor. */
    <T> CompletableFuture<T> submit(Call<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        submit(call, new Waiting<>(answer, call.result(), answer.defaultExecutor()));
        return answer;
    }

    /** An answer that a thread waits for, and nothing else: it takes no other thread. */
    <T> CompletableFuture<T> submitToWait(Call<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        submit(call, new Waiting<>(answer, call.result(), Runnable::run));
        return answer;
    }

    private <T> void submit(Call<T> call, Waiting<T> caller) {
        enter();
        try {
            long tag = expect(caller);
            PointerByReference error = new PointerByReference();
            if (call.submission().submit(client, tag, error) == 0) {
                waiting.remove(tag);
                throw RobofyException.take(error.getValue());
            }
            if (isClosed()) {
                Native.robofy_client_cancel(client, tag);
            }
            // Completed by anyone but the collector: cancelled, or out of the program's own time.
            caller.answer.whenComplete((result, failure) -> {
                if (waiting.remove(tag) != null) {
                    cancel(tag);
                }
            });
        } finally {
            leave();
        }
    }

    /** Calls the library where nothing is submitted. */
    <T> T use(Function<Pointer, T> call) {
        enter();
        try {
            return call.apply(client);
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

    @Override
    public void leave() {
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

    private synchronized long expect(Waiting<?> caller) {
        if (!collected) {
            descriptor = Pipe.checked(Native.robofy_client_poll_fd(client));
            Collector.add(this); // without a thread to be had this throws, and nothing waits
            collected = true;
            users++;
        }
        long tag = nextTag++;
        waiting.put(tag, caller);
        return tag;
    }

    /** Readable while completions wait to be collected. */
    @Override
    public int descriptor() {
        return descriptor;
    }

    @Override
    public void collect() {
        for (int i = 0; i < BATCH; i++) {
            Pointer completion = Native.robofy_client_poll(client, 0);
            if (completion == null) {
                return;
            }
            handOut(completion);
        }
    }

    /** Nobody but the collector uses the client, and nobody will. */
    @Override
    public synchronized boolean isDone() {
        return closed && users == 1 && waiting.isEmpty();
    }

    @Override
    public void giveUp(Throwable failure) {
        synchronized (this) {
            collected = false;
        }
        waiting.values().forEach(caller -> caller.answer.completeExceptionally(failure));
        leave();
    }

    private void handOut(Pointer completion) {
        Waiting<?> caller = waiting.remove(Native.robofy_completion_tag(completion));
        if (caller == null || !caller.end(completion)) {
            Native.robofy_completion_free(completion);
        }
    }

    /** A call's future, and where what depends on it runs. */
    private record Waiting<T>(CompletableFuture<T> answer, Result<T> result, Executor executor) {
        /** Whether the result owns the completion. */
        boolean end(Pointer completion) {
            T read;
            try {
                Pointer error = Native.robofy_completion_error(completion);
                if (error != null) {
                    RobofyException failure = RobofyException.read(error);
                    Watched.run(executor, () -> answer.completeExceptionally(failure));
                    return false;
                }
                read = result.read().apply(completion);
            } catch (Throwable unreadable) { // there is no memory for it
                Watched.run(executor, () -> answer.completeExceptionally(unreadable));
                return false;
            }
            Watched.run(executor, () -> answer.complete(read));
            return result.keeps();
        }
    }
}
