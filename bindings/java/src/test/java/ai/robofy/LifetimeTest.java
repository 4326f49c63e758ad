package ai.robofy;

import static ai.robofy.Service.PADDING;
import static ai.robofy.Service.assertEndsGrowing;
import static ai.robofy.Service.client;
import static ai.robofy.Service.figure;
import static ai.robofy.Service.here;
import static ai.robofy.Service.message;
import static ai.robofy.Service.residentBytes;
import static ai.robofy.Service.waitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@NeedsStandin
class LifetimeTest {
    @Test
    void aCancelledFutureCancelsItsChat() throws Exception {
        try (Client client = client()) {
            CompletableFuture<Reply> answer = client.whatsappChatAsync(message("!delay-ms=60000"));
            answer.cancel(true);
            assertThrows(CancellationException.class, answer::join);
            CompletableFuture<Reply> late = client.whatsappChatAsync(message("!delay-ms=60000"))
                    .orTimeout(50, TimeUnit.MILLISECONDS);
            assertThrows(ExecutionException.class, late::get);
            waitUntil(() -> figure(client, "cancelled") == 2 && figure(client, "in_flight") == 0);
            assertEquals("still", client.whatsappChat(message("!answer=still")).answer());
        }
    }

    @Test
    void anInterruptCancelsTheChat() throws Exception {
        try (Client client = client()) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread waiting = new Thread(() ->
                    thrown.set(assertThrows(Throwable.class, () -> client.whatsappChat(message("!delay-ms=60000")))));
            waiting.start();
            waitUntil(() -> figure(client, "in_flight") == 1);
            waiting.interrupt();
            waiting.join();
            assertInstanceOf(InterruptedException.class, thrown.get());
            waitUntil(() -> figure(client, "cancelled") == 1);
        }
    }

    @Test
    void aClosedClientIsAnErrorAndWhatWaitedIsCancelled() {
        Client client = client();
        CompletableFuture<Reply> waiting = client.whatsappChatAsync(message("!delay-ms=60000"));
        client.close();
        client.close();
        assertInstanceOf(RobofyException.Cancelled.class, assertThrows(ExecutionException.class, waiting::get).getCause());
        assertThrows(IllegalStateException.class, () -> client.whatsappChat(message("Hello")));
        assertThrows(IllegalStateException.class, client::stats);
        waiting.cancel(true);
    }

    @Test
    void aClientIsClosedAmidItsCalls() throws Exception {
        for (int round = 0; round < 30; round++) {
            Client client = client();
            List<Thread> users = new ArrayList<>();
            List<Throwable> unexpected = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                users.add(new Thread(() -> {
                    try {
                        while (true) {
                            client.whatsappChatAsync(message("!delay-ms=60000")).cancel(true);
                            client.stats();
                            assertEquals("now", client.whatsappChat(message("!answer=now")).answer());
                        }
                    } catch (IllegalStateException | RobofyException.Cancelled closed) {
                        // as it has to be
                    } catch (Throwable other) {
                        unexpected.add(other);
                    }
                }));
            }
            users.forEach(Thread::start);
            Thread.sleep(round % 10);
            client.close();
            for (Thread user : users) {
                user.join();
            }
            assertEquals(List.of(), unexpected);
        }
    }

    @Test
    void whatIsSubmittedWhileTheClientIsClosedIsCancelled() throws Exception {
        for (int round = 0; round < 50; round++) {
            Client client = client();
            Queue<CompletableFuture<Reply>> answers = new ConcurrentLinkedQueue<>();
            List<Thread> users = Stream.generate(() -> new Thread(() -> submitUntilClosed(client, answers))).limit(4).toList();
            users.forEach(Thread::start);
            waitUntil(() -> answers.size() > 20);
            client.close();
            for (Thread user : users) {
                user.join();
            }
            for (CompletableFuture<Reply> answer : answers) { // a chat that is forgotten ends after a minute, otherwise
                assertInstanceOf(
                        RobofyException.Cancelled.class, assertThrows(ExecutionException.class, answer::get).getCause());
            }
        }
    }

    private static void submitUntilClosed(Client client, Queue<CompletableFuture<Reply>> answers) {
        try {
            while (true) {
                answers.add(client.whatsappChatAsync(message("!delay-ms=60000").withTimeout(Duration.ofSeconds(30))));
            }
        } catch (IllegalStateException closed) {
            // as it has to be
        }
    }

    @Test
    void aForgottenClientIsFreedAndNotBeforeItsChatsAreAnswered() throws Exception {
        CompletableFuture<Reply> answer = client().whatsappChatAsync(message("!delay-ms=500 answer=remembered"));
        System.gc();
        assertEquals("remembered", answer.get().answer());
        long before = residentBytes();
        for (int i = 0; i < 3000; i++) { // more than 12 MB of user agents, were they kept
            new Client("key", here().userAgent(PADDING));
            if (i % 500 == 0) {
                System.gc();
                Thread.sleep(20);
            }
        }
        waitUntil(() -> {
            System.gc();
            return residentBytes() - before < 12_000_000;
        });
    }

    @Test
    void tenThousandChatsLeaveNoMemoryBehind() throws Exception {
        try (Client client = client(here().maxRetries(0))) {
            for (int i = 0; i < 300; i++) {
                fifty(client);
            }
            assertEndsGrowing(25_000_000, () -> {
                for (int i = 0; i < 200; i++) {
                    fifty(client);
                }
            });
            waitUntil(() -> figure(client, "in_flight") == 0);
            assertTrue(figure(client, "answered") >= 10_000, client.stats());
        }
    }

    private static void fifty(Client client) {
        List<CompletableFuture<Reply>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String query = i % 10 == 0 ? "!delay-ms=60000 detail=" : i % 2 == 0 ? "!status=403 detail=" : "!huge=4096 detail=";
            answers.add(client.whatsappChatAsync(message(query + PADDING)));
            if (i % 10 == 0) {
                answers.get(i).cancel(true);
            }
        }
        answers.forEach(answer -> answer.handle((reply, failure) -> true).join());
    }
}
