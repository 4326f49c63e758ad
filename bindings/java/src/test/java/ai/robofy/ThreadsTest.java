package ai.robofy;

import static ai.robofy.Service.client;
import static ai.robofy.Service.message;
import static ai.robofy.Service.program;
import static ai.robofy.Service.waitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinPool.ForkJoinWorkerThreadFactory;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@NeedsStandin
class ThreadsTest {
    @Test
    void twentyClientsTakeOneThreadAndNoneIsLeftOfThem() throws Exception {
        List<Client> clients = Stream.generate(Service::client).limit(20).toList();
        List<CompletableFuture<Reply>> answers = new ArrayList<>();
        for (Client client : clients) {
            answers.add(client.whatsappChatAsync(message("!delay-ms=60000")));
            assertEquals("now", client.whatsappChat(message("!answer=now")).answer());
            waitUntil(() -> collectors() == 1);
        }
        clients.subList(0, 19).forEach(Client::close);
        for (CompletableFuture<Reply> answer : answers.subList(0, 19)) {
            assertInstanceOf(
                    RobofyException.Cancelled.class, assertThrows(ExecutionException.class, answer::get).getCause());
        }
        assertEquals("still", clients.get(19).whatsappChat(message("!answer=still")).answer());
        answers.get(19).cancel(true);
        waitUntil(() -> Service.figure(clients.get(19), "in_flight") == 0);
        clients.get(19).close();
        waitUntil(() -> {
            System.gc(); // clients that other tests have forgotten
            return collectors() == 0;
        });
        try (Client client = client()) {
            assertEquals("again", client.whatsappChat(message("!answer=again")).answer());
        }
    }

    private static long collectors() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("robofy-collect")).count();
    }

    @Test
    void withoutThreadsToBeHadChatsAreStillAnswered() throws Exception {
        Process program = program(
                        Program.class,
                        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                        "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=" + NoThreads.class.getName())
                .start();
        assertEquals("first second\n", new String(program.getInputStream().readAllBytes()));
        assertEquals(0, program.waitFor());
    }

    /** The common pool's threads, of which none can be made. */
    public static final class NoThreads implements ForkJoinWorkerThreadFactory {
        @Override
        public ForkJoinWorkerThread newThread(ForkJoinPool pool) {
            throw new OutOfMemoryError("unable to create native thread");
        }
    }

    /** Two chats: what depends on the first finds no thread, and the second needs none. */
    static final class Program {
        public static void main(String[] arguments) throws Exception {
            try (Client client = client()) {
                CompletableFuture<Reply> first = client.whatsappChatAsync(message("!answer=first"));
                System.out.print(first.orTimeout(60, TimeUnit.SECONDS).get() + " ");
                Message second = message("!answer=second").withTimeout(Duration.ofSeconds(60));
                System.out.println(client.whatsappChat(second));
            }
        }
    }
}
