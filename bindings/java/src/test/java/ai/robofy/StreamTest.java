package ai.robofy;

import static ai.robofy.Service.STREAM;
import static ai.robofy.Service.client;
import static ai.robofy.Service.figure;
import static ai.robofy.Service.here;
import static ai.robofy.Service.message;
import static ai.robofy.Service.waitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@NeedsStandin
class StreamTest {
    private static final Message SILENCE = message("!answer=x endless=silence");

    @Test
    void theEventsComeInTheirOrder() {
        AnswerStream stream;
        try (Client client = client()) {
            stream = client.stream(STREAM, message("!deltas=2 tools event-delay-ms=5").withSessionId("918727"));
        }
        List<StreamEvent> events = new ArrayList<>();
        stream.forEach(events::add);
        List<StreamEventKind> kinds = events.stream().map(StreamEvent::kind).toList();
        assertEquals(5, kinds.stream().filter(StreamEventKind.TOOL::equals).count());
        assertEquals(
                List.of(StreamEventKind.FINISH, StreamEventKind.SESSION, StreamEventKind.OTHER), kinds.subList(kinds.size() - 3, kinds.size()));
        assertEquals("book", events.get(2).name());
        assertTrue(events.get(0).json().contains("\"start\""));
        assertEquals("0 1 ", stream.text());
        assertEquals(Optional.of("918727"), stream.sessionId());
        assertFalse(stream.iterator().hasNext());
        assertThrows(NoSuchElementException.class, stream.iterator()::next);
        assertEquals(Optional.empty(), stream.nextAsync().join());
        assertFalse(stream.cancel());
        stream.close();
        stream.close();
        assertThrows(IllegalStateException.class, stream::text);
        assertThrows(IllegalStateException.class, stream::nextAsync);
        assertFalse(stream.cancel());
    }

    @Test
    void aLoopThatIsLeftGoesOnWhereItWas() {
        try (Client client = client(); AnswerStream stream = client.stream(STREAM, message("!deltas=3"))) {
            int before = 0;
            for (StreamEvent event : stream) {
                before++;
                if (event.kind() == StreamEventKind.DELTA) {
                    break;
                }
            }
            assertEquals("0 ", stream.text());
            List<StreamEvent> rest = new ArrayList<>();
            stream.forEach(rest::add);
            assertEquals(before, 4);
            assertEquals("0 1 2 ", stream.text());
        }
    }

    @Test
    void anErrorIsThrownOnce() {
        try (Client client = client(); AnswerStream stream = client.stream(STREAM, message("!answer=Hello no-done"))) {
            assertThrows(RobofyException.ConnectionLost.class, () -> stream.forEach(event -> {}));
            assertFalse(stream.iterator().hasNext());
            assertEquals("Hello", stream.text());
        }
    }

    @Test
    void badArgumentsAreRefused() {
        try (Client client = client()) {
            for (String path : List.of("", "v1", "//other.example/", "/../a", "/a\0")) {
                assertThrows(RobofyException.InvalidArgument.class, () -> client.stream(path, SILENCE));
            }
            assertThrows(NullPointerException.class, () -> client.stream(null, SILENCE));
            assertThrows(NullPointerException.class, () -> client.stream(STREAM, null));
        }
        try (Client client = client(here().maxInFlight(1)); AnswerStream first = client.stream(STREAM, SILENCE)) {
            assertThrows(RobofyException.Overloaded.class, () -> client.stream(STREAM, SILENCE));
        }
    }

    @Test
    void whoeverWaitsAloneIsToldOfTheClosing() {
        try (Client client = client(); AnswerStream stream = client.stream(STREAM, SILENCE)) {
            var waits = waiting(stream);
            assertThrows(IllegalStateException.class, stream::nextAsync);
            stream.close();
            assertThrows(RobofyException.Cancelled.class, () -> Service.joined(waits));
            waitEnded(client, 1);
        }
    }

    @Test
    void aFutureThatIsCompletedOtherwiseCancelsTheAnswer() {
        try (Client client = client()) {
            AnswerStream cancelled = client.stream(STREAM, SILENCE);
            var waits = waiting(cancelled);
            assertTrue(waits.cancel(true));
            assertThrows(CancellationException.class, waits::join);
            assertThrows(RobofyException.Cancelled.class, () -> cancelled.iterator().hasNext());
            AnswerStream late = client.stream(STREAM, SILENCE);
            var times = waiting(late).orTimeout(50, TimeUnit.MILLISECONDS);
            assertThrows(Exception.class, times::join);
            assertThrows(RobofyException.Cancelled.class, () -> Service.joined(late.nextAsync()));
            waitEnded(client, 2);
        }
    }

    @Test
    void anInterruptCancelsTheAnswer() throws Exception {
        try (Client client = client(); AnswerStream stream = client.stream(STREAM, SILENCE)) {
            AtomicBoolean wasInterrupted = new AtomicBoolean();
            Thread reader = new Thread(() -> {
                assertThrows(RobofyException.Cancelled.class, () -> stream.forEach(event -> {}));
                wasInterrupted.set(Thread.currentThread().isInterrupted());
            });
            reader.start();
            waitUntil(() -> stream.text().equals("x"));
            reader.interrupt();
            reader.join();
            assertTrue(wasInterrupted.get());
            waitEnded(client, 1);
        }
    }

    @Test
    void aForgottenStreamIsCancelledAndNotWhileItIsWaitedFor() throws Exception {
        try (Client client = client()) {
            client.stream(STREAM, SILENCE).iterator().next();
            var waits = client.stream(STREAM, message("!delay-ms=1000")).nextAsync();
            waitUntil(() -> {
                System.gc();
                return figure(client, "cancelled") == 1;
            });
            assertTrue(waits.join().isPresent());
            waitUntil(() -> {
                System.gc();
                return figure(client, "in_flight") == 0;
            });
        }
    }

    @Test
    void aHundredStreamsAtOnceTakeNoThreadEach() {
        try (Client client = client()) {
            int before = Thread.activeCount();
            List<AnswerStream> streams = IntStream.range(0, 100)
                    .mapToObj(i -> client.stream(STREAM, message("!answer=" + i + " event-delay-ms=20")))
                    .toList();
            List<CompletableFuture<Void>> ends = streams.stream().map(StreamTest::read).toList();
            assertTrue(Thread.activeCount() <= before + 10, Thread.activeCount() + " threads, " + before + " before");
            for (int i = 0; i < 100; i++) {
                ends.get(i).join();
                assertEquals("" + i, streams.get(i).text());
            }
        }
    }

    private static CompletableFuture<Void> read(AnswerStream stream) {
        return stream.nextAsync().thenCompose(event ->
                event.isPresent() ? read(stream) : CompletableFuture.completedFuture(null));
    }

    /** The next event of an answer of which all that comes was taken. */
    private static CompletableFuture<Optional<StreamEvent>> waiting(AnswerStream stream) {
        while (!stream.text().equals("x")) {
            stream.iterator().next();
        }
        CompletableFuture<Optional<StreamEvent>> next = stream.nextAsync();
        assertSame(false, next.isDone());
        return next;
    }

    private static void waitEnded(Client client, int cancelled) {
        try {
            waitUntil(() -> figure(client, "cancelled") == cancelled && figure(client, "in_flight") == 0);
        } catch (InterruptedException interrupt) {
            throw new AssertionError(interrupt);
        }
    }
}
