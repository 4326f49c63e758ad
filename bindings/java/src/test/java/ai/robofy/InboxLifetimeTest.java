package ai.robofy;

import static ai.robofy.InboxTest.PATIENCE;
import static ai.robofy.InboxTest.bursts;
import static ai.robofy.InboxTest.figure;
import static ai.robofy.InboxTest.next;
import static ai.robofy.Service.PADDING;
import static ai.robofy.Service.assertEndsGrowing;
import static ai.robofy.Service.client;
import static ai.robofy.Service.here;
import static ai.robofy.Service.waitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsStandin
class InboxLifetimeTest {
    private static Inbox inbox(InboxOptions options) {
        try (Client client = client(here().pid("31415").chatbotId("DKDvwn"))) {
            return new Inbox(client, options); // which outlives its client
        }
    }

    @Test
    void loopsOfThreadsShareTheOutcomesUntilItIsClosed() throws Exception {
        Inbox inbox = inbox(bursts(1));
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        List<Thread> loops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            loops.add(new Thread(() -> {
                for (Outcome outcome : inbox) {
                    answers.addAll(outcome.parts());
                    inbox.sent(outcome, 0);
                }
            }));
        }
        loops.forEach(Thread::start);
        for (int i = 0; i < 40; i++) {
            inbox.offerText(null, "" + i % 5, "" + i, "!answer=" + i);
        }
        waitUntil(() -> figure(inbox, "parts_sent") == 40);
        inbox.close();
        for (Thread loop : loops) {
            loop.join();
        }
        assertEquals(40, List.copyOf(answers).stream().distinct().count());
        assertEquals(40, answers.size());
    }

    @Test
    void aFutureThatIsGivenUpLosesNoOutcome() throws Exception {
        try (Inbox inbox = inbox(bursts(1))) {
            List<CompletableFuture<Optional<Outcome>>> waits = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                CompletableFuture<Optional<Outcome>> next = inbox.nextAsync();
                inbox.offerText(null, "" + i, "" + i, "!answer=x");
                if (i % 2 == 0) {
                    next.cancel(true);
                } else {
                    next.orTimeout(1, TimeUnit.MILLISECONDS);
                }
                waits.add(next);
            }
            long came = waits.stream().filter(next -> next.handle((outcome, given) -> outcome != null).join()).count();
            for (long left = 200 - came; left > 0; left--) {
                assertEquals(List.of("x"), next(inbox).parts());
            }
            assertEquals(Optional.empty(), inbox.poll(Duration.ofMillis(10)));
        }
    }

    @Test
    void anOutcomeThatComesTooLateForItsFutureIsTheNextOnes() throws Exception {
        try (Inbox inbox = inbox(bursts(1))) {
            for (boolean anotherWaits : List.of(false, true)) {
                BlockingQueue<Runnable> ends = new LinkedBlockingQueue<>();
                CompletableFuture<Optional<Outcome>> late = inbox.next(ends::add);
                inbox.offerText(null, "1", "" + anotherWaits, "!answer=" + anotherWaits);
                Runnable end = ends.take();
                CompletableFuture<Optional<Outcome>> another = anotherWaits ? inbox.nextAsync() : null;
                late.cancel(true);
                end.run();
                Outcome outcome = another == null ? next(inbox) : another.get(60, TimeUnit.SECONDS).orElseThrow();
                assertEquals(List.of("" + anotherWaits), outcome.parts());
                inbox.sent(outcome, 0);
            }
        }
    }

    @Test
    void anInterruptEndsAWaitAndLosesNothing() throws Exception {
        try (Inbox inbox = inbox(bursts(1))) {
            AtomicBoolean wasInterrupted = new AtomicBoolean();
            Thread poll = new Thread(() -> assertThrows(InterruptedException.class, () -> inbox.poll(PATIENCE)));
            Thread loop = new Thread(() -> {
                assertThrows(RobofyException.Cancelled.class, () -> inbox.forEach(outcome -> {}));
                wasInterrupted.set(Thread.currentThread().isInterrupted());
            });
            for (Thread waits : List.of(poll, loop)) {
                waits.start();
                waitUntil(() -> waits.getState() == Thread.State.TIMED_WAITING || waits.getState() == Thread.State.WAITING);
                waits.interrupt();
                waits.join();
            }
            assertTrue(wasInterrupted.get());
            inbox.offerText(null, "1", "a", "!answer=x");
            assertEquals(List.of("x"), next(inbox).parts());
        }
    }

    @Test
    void aClosedInboxIsRefusedAndWhatItGaveStays(@TempDir Path folder) throws Exception {
        Inbox inbox = inbox(bursts(1).path(folder.resolve("inbox")));
        inbox.offerText(null, "1", "a", "!answer=x");
        Outcome outcome = next(inbox);
        CompletableFuture<Optional<Outcome>> waits = inbox.nextAsync();
        assertFalse(waits.isDone());
        inbox.close();
        inbox.close();
        assertEquals(Optional.empty(), waits.get(60, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), inbox.nextAsync().join());
        assertFalse(inbox.iterator().hasNext());
        assertThrows(IllegalStateException.class, () -> inbox.poll(Duration.ZERO));
        assertThrows(IllegalStateException.class, () -> inbox.sent(outcome, 0));
        assertThrows(IllegalStateException.class, () -> inbox.offerText(null, "1", "b", "Hi"));
        assertThrows(IllegalStateException.class, inbox::stats);
        assertEquals(List.of("x"), outcome.parts());
        try (Inbox next = inbox(bursts(1).path(folder.resolve("inbox")))) {
            next.sent(next(next), 0);
        }
    }

    @Test
    void aForgottenInboxGivesItsPathBackAndNotWhileItIsWaitedFor(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("inbox");
        CompletableFuture<Optional<Outcome>> waits = waitingAt(path);
        System.gc();
        assertEquals(List.of("x"), waits.get(60, TimeUnit.SECONDS).orElseThrow().parts());
        waitUntil(() -> {
            System.gc();
            try (Inbox again = inbox(bursts(1).path(path))) {
                return figure(again, "pending") == 1;
            } catch (RobofyException.Storage taken) {
                return false;
            }
        });
    }

    @Test
    void thousandsOfOutcomesLeaveNothing() {
        try (Inbox inbox = inbox(bursts(1).dedup(Duration.ofMillis(1)))) {
            AtomicInteger id = new AtomicInteger();
            assertEndsGrowing(12_000_000, () -> {
                for (int i = 0; i < 1500; i++) { // 24 MB, were they kept
                    inbox.offerText(null, "1", "" + id.incrementAndGet(), "!huge=4000 detail=" + PADDING);
                    inbox.sent(inbox.nextAsync().join().orElseThrow(), 0);
                    if (i % 300 == 0) {
                        System.gc();
                    }
                }
            });
        }
    }

    private static CompletableFuture<Optional<Outcome>> waitingAt(Path path) {
        Inbox inbox = inbox(bursts(1).path(path));
        CompletableFuture<Optional<Outcome>> next = inbox.nextAsync();
        inbox.offerText(null, "1", "a", "!delay-ms=500 answer=x");
        return next;
    }
}
