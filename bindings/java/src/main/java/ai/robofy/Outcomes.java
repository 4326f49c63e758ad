package ai.robofy;

import com.sun.jna.Pointer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * The native inbox, and who waits for its outcomes. Whoever calls the library holds the lock for reading, and whoever frees the
 * inbox for writing; the monitor is taken within it. What the monitor guards does not wait. The collector polls a descriptor of
 * its own, and so the inbox, with what it has at its path, is freed before {@link #close} returns.
 */
final class Outcomes implements Watched {
    private final Pointer inbox;
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    /** Polled for futures that were completed otherwise. */
    private final Deque<Outcome> returned = new ArrayDeque<>();
    private int descriptor = -1;
    private volatile boolean closed;

    Outcomes(Pointer inbox) {
        this.inbox = inbox;
    }

    /** Calls the library. */
    <T> T use(Function<Pointer, T> call) {
        Lock shared = use.readLock();
        shared.lock();
        try {
            checkOpen();
            return call.apply(inbox);
        } finally {
            shared.unlock();
        }
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this Inbox is closed: make another");
        }
    }

    /** Empty once the inbox is closed. The future's dependents run on the executor unless the outcome is there already. */
    CompletableFuture<Optional<Outcome>> next(Executor executor) {
        CompletableFuture<Optional<Outcome>> answer = new CompletableFuture<>();
        Lock shared = use.readLock();
        shared.lock();
        try {
            if (closed) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            synchronized (this) {
                Optional<Outcome> next = waiting.isEmpty() ? poll() : Optional.empty();
                if (next.isPresent()) {
                    return CompletableFuture.completedFuture(next);
                }
                watch();
                waiting.add(new Waiting(answer, executor));
            }
        } finally {
            shared.unlock();
        }
        Collector.lookAgain();
        answer.whenComplete((outcome, failure) -> forget(answer));
        return answer;
    }

    /** Takes back an outcome that nobody has seen: who asks next has it. */
    void giveBack(Outcome outcome) {
        Waiting next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                returned.add(outcome);
            }
        }
        if (next != null) {
            end(next, outcome);
        }
    }

    private Optional<Outcome> poll() {
        Outcome kept = returned.poll();
        return kept != null
                ? Optional.of(kept)
                : Optional.ofNullable(Native.robofy_inbox_poll(inbox, 0)).map(Outcome::take);
    }

    private void watch() {
        if (descriptor < 0) {
            descriptor = Pipe.copy(Pipe.checked(Native.robofy_inbox_poll_fd(inbox)));
            try {
                Collector.add(this);
            } catch (Throwable noThread) {
                leave();
                throw noThread;
            }
        }
    }

    private synchronized void forget(CompletableFuture<Optional<Outcome>> answer) {
        waiting.removeIf(each -> each.answer == answer);
    }

    private void end(Waiting caller, Outcome outcome) {
        Watched.run(caller.executor, () -> {
            if (!caller.answer.complete(Optional.of(outcome))) {
                giveBack(outcome); // completed by the program meanwhile
            }
        });
    }

    void close() {
        Lock alone = use.writeLock();
        alone.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            Native.robofy_inbox_free(inbox);
        } finally {
            alone.unlock();
        }
        Collector.lookAgain();
        for (Waiting caller : allWaiting()) {
            Watched.run(caller.executor, () -> caller.answer.complete(Optional.empty()));
        }
    }

    private synchronized List<Waiting> allWaiting() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    @Override
    public synchronized int descriptor() {
        return waiting.isEmpty() ? -1 : descriptor;
    }

    @Override
    public void collect() {
        while (true) {
            Waiting caller;
            Outcome outcome;
            // Where it is held the inbox is being freed, and nobody waits any more.
            if (!use.readLock().tryLock()) {
                return;
            }
            try {
                synchronized (this) {
                    Optional<Outcome> next = closed || waiting.isEmpty() ? Optional.empty() : poll();
                    if (next.isEmpty()) {
                        return;
                    }
                    outcome = next.get();
                    caller = waiting.remove();
                }
            } finally {
                use.readLock().unlock();
            }
            end(caller, outcome);
        }
    }

    @Override
    public boolean isDone() {
        return closed;
    }

    @Override
    public synchronized void leave() {
        Pipe.shut(descriptor);
        descriptor = -1;
    }

    @Override
    public void giveUp(Throwable failure) {
        List<Waiting> all = allWaiting();
        leave();
        all.forEach(caller -> caller.answer.completeExceptionally(failure));
    }

    private record Waiting(CompletableFuture<Optional<Outcome>> answer, Executor executor) {}
}
