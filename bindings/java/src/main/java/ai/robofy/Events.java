package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The native stream, and who waits for its next event. It is freed once it is closed and the collector has left it. None of
 * what is called of the library within the lock waits.
 */
final class Events implements Watched {
    private final Pointer stream;
    private final int descriptor;
    private Waiting waiting;
    private boolean closed;
    private boolean collected;

    Events(Pointer stream) {
        this.stream = stream;
        try {
            descriptor = Pipe.checked(Native.robofy_stream_poll_fd(stream));
        } catch (RobofyException noDescriptor) {
            Native.robofy_stream_free(stream);
            throw noDescriptor;
        }
    }

    /** The future's dependents run on the executor unless the event is there already. */
    synchronized CompletableFuture<Optional<StreamEvent>> next(Executor executor) {
        checkOpen();
        if (waiting != null) {
            throw new IllegalStateException("an event of this AnswerStream is waited for already: one at a time may be");
        }
        CompletableFuture<Optional<StreamEvent>> answer = new CompletableFuture<>();
        Runnable outcome = take(answer);
        if (outcome != null) {
            outcome.run();
            return answer;
        }
        if (!collected) {
            Collector.add(this);
            collected = true;
        }
        waiting = new Waiting(answer, executor);
        Collector.lookAgain();
        answer.whenComplete((event, failure) -> giveUp(answer));
        return answer;
    }

    /** What becomes of the future where an event, the end or an error is there; else null. */
    private Runnable take(CompletableFuture<Optional<StreamEvent>> answer) {
        PointerByReference error = new PointerByReference();
        Pointer event = Native.robofy_stream_next(stream, 0, error);
        if (error.getValue() != null) {
            RobofyException failure = RobofyException.take(error.getValue());
            return () -> answer.completeExceptionally(failure);
        }
        if (event == null && Native.robofy_stream_is_done(stream) == 0) {
            return null;
        }
        Optional<StreamEvent> next = Optional.ofNullable(event).map(StreamEvent::take);
        return () -> {
            if (!answer.complete(next)) {
                cancel(); // completed by the program meanwhile
            }
        };
    }

    /** Completed by anyone but the collector: cancelled, or out of the program's own time. */
    private synchronized void giveUp(CompletableFuture<Optional<StreamEvent>> answer) {
        if (waiting != null && waiting.answer == answer) {
            waiting = null;
            cancel();
            Collector.lookAgain();
        }
    }

    String text() {
        return read(Native::robofy_stream_text);
    }

    String sessionId() {
        return read(Native::robofy_stream_session_id);
    }

    private synchronized String read(Function<Pointer, Pointer> getter) {
        checkOpen();
        return Arguments.take(getter.apply(stream));
    }

    synchronized boolean cancel() {
        return !closed && Native.robofy_stream_cancel(stream) != 0;
    }

    synchronized void close() {
        if (closed) {
            return;
        }
        cancel();
        closed = true;
        if (collected) {
            Collector.lookAgain();
        } else {
            Native.robofy_stream_free(stream);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this AnswerStream is closed");
        }
    }

    @Override
    public synchronized int descriptor() {
        return waiting == null ? -1 : descriptor;
    }

    @Override
    public void collect() {
        Waiting caller;
        Runnable outcome;
        synchronized (this) {
            if (waiting == null) {
                return;
            }
            caller = waiting;
            try {
                outcome = take(caller.answer);
            } catch (Throwable unreadable) { // there is no memory for it
                outcome = () -> caller.answer.completeExceptionally(unreadable);
            }
            if (outcome == null) {
                return;
            }
            waiting = null;
        }
        Watched.run(caller.executor, outcome);
    }

    /** A stream that is at its end has nobody who waits, and nobody will. */
    @Override
    public synchronized boolean isDone() {
        return waiting == null && (closed || Native.robofy_stream_is_done(stream) != 0);
    }

    @Override
    public synchronized void leave() {
        collected = false;
        if (closed) {
            Native.robofy_stream_free(stream);
        }
    }

    @Override
    public void giveUp(Throwable failure) {
        Waiting caller;
        synchronized (this) {
            caller = waiting;
            waiting = null;
        }
        if (caller != null) {
            caller.answer.completeExceptionally(failure);
        }
        leave();
    }

    private record Waiting(CompletableFuture<Optional<StreamEvent>> answer, Executor executor) {}
}
