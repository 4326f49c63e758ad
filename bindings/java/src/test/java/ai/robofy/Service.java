package ai.robofy;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The service that the tests talk to, and short forms of what they do. */
final class Service {
    /** Makes what is leaked weigh. */
    static final String PADDING = "x".repeat(4096);

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

    static RobofyException failure(Client client, Message message) {
        return assertThrows(RobofyException.class, () -> client.whatsappChat(message));
    }

    static long residentBytes() throws IOException {
        System.gc();
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
    }
}
