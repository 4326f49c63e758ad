package ai.robofy;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/** The service that the tests talk to, and short forms of what they do. */
final class Service {
    /** Makes what is leaked weigh. */
    static final String PADDING = "x".repeat(4096);

    /** Where the stand-in answers in events. */
    static final String STREAM = "/v1/ai-agent/events";

    private Service() {}

    static Client client() {
        return client(here());
    }

    static Client client(Options options) {
        return new Client(System.getenv("ROBOFY_API_KEY"), options);
    }

    static Options here() {
        return new Options().baseUrl(System.getenv("ROBOFY_BASE_URL"));
    }

    static Message message(String query) {
        return new Message("31415", "DKDvwn", query);
    }

    /** A program of its own, whose output and errors are one. */
    static ProcessBuilder program(Class<?> main, String... options) {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    static RobofyException failure(Client client, Message message) {
        return assertThrows(RobofyException.class, () -> client.whatsappChat(message));
    }

    /** What the future gives, or its failure itself. */
    static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
        }
    }

    static long residentBytes() {
        System.gc();
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** A leak grows each time; what the garbage collector has not given back yet does not. */
    static void assertEndsGrowing(long bytes, Runnable work) {
        List<Long> growth = new ArrayList<>();
        do {
            assertTrue(growth.size() < 3, "grew by " + growth + " bytes");
            long before = residentBytes();
            work.run();
            growth.add(residentBytes() - before);
        } while (growth.get(growth.size() - 1) >= bytes);
    }

    static long figure(Client client, String name) {
        String stats = client.stats();
        return Long.parseLong(stats.replaceAll("(?s).*\"" + name + "\":\\s*(\\d+).*", "$1"));
    }

    static void waitUntil(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 500 && !condition.getAsBoolean(); i++) {
            Thread.sleep(20);
        }
        assertTrue(condition.getAsBoolean(), "waited in vain");
    }
}
