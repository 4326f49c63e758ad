package ai.robofy;

import static ai.robofy.Service.client;
import static ai.robofy.Service.message;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinPool.ForkJoinWorkerThreadFactory;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void withoutThreadsToBeHadChatsAreStillAnswered() throws Exception {
        Process program = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                        "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=" + NoThreads.class.getName(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
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
