package ai.robofy;

import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * An answer while it is written: its events, each of which is waited for. It ends with the service's word for the end, or fails
 * as it ended otherwise: {@link RobofyException.ConnectionLost} where it was cut short, {@link RobofyException.Server} where the
 * service gave it up, {@link RobofyException.Timeout} where no event came in time, and others. What came before can still be
 * read. One thread at a time waits for an event. To close it, or to forget it, cancels what is left of the answer.
 */
public final class AnswerStream implements Iterable<StreamEvent>, AutoCloseable {
    private final Events events;
    private final Iterator<StreamEvent> iterator = new Iteration();

    AnswerStream(Pointer stream) {
        Events own = new Events(stream);
        events = own;
        Owned.by(this, own::close);
    }

    /**
     * The events that were not taken yet: every call returns the same iterator. An interrupt while it waits cancels the answer:
     * that is {@link RobofyException.Cancelled}, and the thread is interrupted still.
     */
    @Override
    public Iterator<StreamEvent> iterator() {
        return iterator;
    }

    /**
     * Takes the next event without waiting; empty at the end. The future fails with a {@link RobofyException}, once; to cancel
     * it, or to complete it otherwise, is to cancel the answer.
     *
     * @throws IllegalStateException the stream is closed, or an event is waited for already
     */
    public CompletableFuture<Optional<StreamEvent>> nextAsync() {
        return kept(new CompletableFuture<Optional<StreamEvent>>().defaultExecutor());
    }

    /** The answer so far: the text of the events that were taken. It goes up to the client's maxResponseBytes. */
    public String text() {
        return kept(events::text);
    }

    /** The conversation, once its event was taken, which comes near the end. */
    public Optional<String> sessionId() {
        return Optional.ofNullable(kept(events::sessionId));
    }

    /**
     * Gives the answer up: who waits for an event has {@link RobofyException.Cancelled} at once. The agent may have seen the
     * message.
     *
     * @return false if the end was taken before
     */
    public boolean cancel() {
        return kept(events::cancel);
    }

    /** Cancels what is left of the answer, and lets go of it. May be called again, by any thread. */
    @Override
    public void close() {
        events.close();
    }

    /** Not forgotten while an event is waited for. */
    private CompletableFuture<Optional<StreamEvent>> kept(Executor executor) {
        CompletableFuture<Optional<StreamEvent>> next = events.next(executor);
        next.whenComplete((event, failure) -> Reference.reachabilityFence(this));
        return next;
    }

    private <T> T kept(Supplier<T> call) {
        try {
            return call.get();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private final class Iteration implements Iterator<StreamEvent> {
        private Optional<StreamEvent> taken;

        @Override
        public boolean hasNext() {
            if (taken == null) {
                taken = await();
            }
            return taken.isPresent();
        }

        @Override
        public StreamEvent next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the answer is at its end");
            }
            StreamEvent event = taken.get();
            taken = null;
            return event;
        }

        private Optional<StreamEvent> await() {
            CompletableFuture<Optional<StreamEvent>> next = kept(Runnable::run);
            try {
                return next.get();
            } catch (InterruptedException interrupt) {
                next.cancel(true);
                Thread.currentThread().interrupt();
                throw RobofyException.of(Failure.Facts.of(Status.CANCELLED, "the thread was interrupted"));
            } catch (ExecutionException failure) {
                if (failure.getCause() instanceof Error error) {
                    throw error;
                }
                throw (RobofyException) failure.getCause().fillInStackTrace(); // the caller's, not the collector's
            }
        }
    }
}
