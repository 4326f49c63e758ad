package ai.robofy;

import static ai.robofy.Service.client;
import static ai.robofy.Service.failure;
import static ai.robofy.Service.here;
import static ai.robofy.Service.message;
import static ai.robofy.Service.waitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@NeedsStandin
class ErrorsTest {
    @Test
    void aFailureIsTypedAndSaysWhatTheServiceSaid() {
        try (Client client = client()) {
            RobofyException error = failure(client, message("!status=401 code=UNAUTHORIZED detail=Who_is_there?"));
            assertInstanceOf(RobofyException.Unauthorized.class, error);
            assertEquals(Status.UNAUTHORIZED, error.status());
            assertEquals(401, error.httpStatus());
            assertEquals(Optional.of("UNAUTHORIZED"), error.code());
            assertEquals(Optional.of("Who is there?"), error.detail());
            assertFalse(error.isRetryable());
            assertEquals(Optional.empty(), error.retryAfter());
            assertTrue(error.getMessage().contains("API key"));
            assertEquals("unauthorized", error.status().label());
            assertEquals(ErrorsTest.class.getName(), caller(error), "the stack trace is the caller's");
        }
    }

    @Test
    void theLabelsAreTheLibrarysNames() {
        for (Status status : Status.values()) {
            assertEquals(Arguments.string(Native.robofy_status_name(numberOf(status))), status.label());
        }
    }

    private static int numberOf(Status status) {
        return IntStream.range(0, 100).filter(number -> Status.of(number) == status).findFirst().orElse(100);
    }

    private static String caller(RobofyException error) {
        for (StackTraceElement frame : error.getStackTrace()) {
            if (frame.getClassName().equals(ErrorsTest.class.getName())) {
                return frame.getClassName();
            }
        }
        return error.getStackTrace()[0].toString();
    }

    @Test
    void whenToSendAgain() {
        try (Client client = client(here().maxRetries(0))) {
            RobofyException error = failure(client, message("!status=429 retry-after=7"));
            assertInstanceOf(RobofyException.RateLimited.class, error);
            assertTrue(error.isRetryable());
            assertEquals(Optional.of(Duration.ofSeconds(7)), error.retryAfter());
        }
    }

    @Test
    void theTimeout() {
        try (Client client = client()) {
            Message message = message("!delay-ms=60000").withTimeout(Duration.ofMillis(100));
            assertInstanceOf(RobofyException.Timeout.class, failure(client, message));
        }
    }

    @Test
    void oneChatTooMany() throws Exception {
        try (Client client = client(here().maxInFlight(1))) {
            CompletableFuture<Reply> first = client.whatsappChatAsync(message("!delay-ms=3000 answer=first"));
            assertInstanceOf(RobofyException.Overloaded.class, failure(client, message("Hello")));
            assertEquals("first", first.get().answer());
        }
    }

    @Test
    void everyOptionIsTaken() throws Exception {
        Options options = here().timeout(Duration.ofSeconds(30)).connectTimeout(Duration.ofSeconds(5)).maxRetries(1)
                .retryAmbiguous(true).proxy("").caFile(null).userAgent("gateway/1.2").maxResponseBytes(1000)
                .maxInFlight(10).orderedSessions(true).rateLimit(6000, 10);
        try (Client client = client(options)) {
            Message failing = message("!status=500 fails=1").withSessionId("918727000001");
            assertEquals(2, client.whatsappChat(failing).attempts());
            assertInstanceOf(RobofyException.Protocol.class, failure(client, message("!huge=2000")));
        }
        try (Client client = client(new Options().baseUrl("http://127.0.0.1:1").maxRetries(0))) {
            assertTrue(failure(client, message("Hello")) instanceof RobofyException.Connect connect && connect.isRetryable());
        }
    }

    @Test
    void whatCannotBeSentIsRefusedByItsName() {
        try (Client client = client()) {
            assertInvalid("query contains a NUL (U+0000) at index 1", () -> client.whatsappChat(message("a\0b")));
            assertInvalid("query", () -> client.whatsappChat(message("")));
            assertInvalid("sessionId", () -> client.whatsappChat(message("Hello").withSessionId("\0")));
            assertInvalid("userContext", () -> client.whatsappChat(message("Hello").withUserContext("[]")));
            assertInvalid("timeout", () -> client.whatsappChat(message("Hello").withTimeout(Duration.ZERO)));
            assertNull("query", () -> message(null));
            assertInvalid("pid is missing", () -> client.whatsappChat(new Message(null, "2", "3")));
            assertInvalid("chatbotId must not be empty", () -> client.whatsappChat(new Message("1", "", "3")));
            assertNull("message", () -> client.whatsappChat(null));
        }
        assertNull("answer", () -> new FakeClient().answers(null));
        assertNull("options", () -> new Client("key", null));
        assertInvalid("apiKey", () -> new Client(""));
        assertInvalid("baseUrl", () -> new Client("key", new Options().baseUrl("http://agents.example")));
        assertInvalid("caFile", () -> new Client("key", new Options().caFile(Path.of("/nowhere.pem"))));
        assertInvalid("maxRetries", () -> new Options().maxRetries(-1));
        assertInvalid("maxResponseBytes", () -> new Options().maxResponseBytes(0));
        assertInvalid("perMinute", () -> new Options().rateLimit(0, 1));
    }

    @Test
    void theLoggerIsToldOfChatsThatFailAndOfThoseThatAreRetried() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger("ai.robofy");
        Handler handler = new StreamHandler() {
            @Override
            public void publish(LogRecord line) {
                told.add(line.getMessage());
            }
        };
        logger.setLevel(Level.FINE);
        logger.addHandler(handler);
        try (Client client = client(here().retryAmbiguous(true))) {
            client.whatsappChat(message("Hello"));
            client.whatsappChat(message("!status=500 fails=1"));
            failure(client, message("!status=404 code=NOT_FOUND"));
            assertThrows(ExecutionException.class, () -> client.whatsappChatAsync(message("!status=403")).get());
            waitUntil(() -> told.size() == 3);
            assertEquals("a chat was answered at request 2", told.get(0));
            assertTrue(told.get(1).startsWith("a chat failed: 404 NOT_FOUND"), told.get(1));
            assertTrue(told.get(2).startsWith("a chat failed: 403"), told.get(2));
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void aLoggerThatThrowsTakesNeitherAnswersNorErrorsAway() throws Exception {
        Logger logger = Logger.getLogger("ai.robofy");
        Handler handler = new StreamHandler() {
            @Override
            public void publish(LogRecord line) {
                throw new IllegalStateException("of the logger");
            }
        };
        logger.setLevel(Level.FINE);
        logger.addHandler(handler);
        try (Client client = client()) {
            assertEquals(2, client.whatsappChat(message("!status=503 fails=1 answer=logged")).attempts());
            assertInstanceOf(RobofyException.NotFound.class, failure(client, message("!status=404")));
            assertInstanceOf(RobofyException.InvalidArgument.class, failure(client, message("")));
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void theLongestDurationIsATimeout() throws Exception {
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
        try (Client client = client(here().timeout(longest).connectTimeout(longest))) {
            assertEquals("in time", client.whatsappChat(message("!answer=\"in time\"").withTimeout(longest)).answer());
        }
    }

    private static void assertInvalid(String what, Executable call) {
        String message = assertThrows(RobofyException.InvalidArgument.class, call).getMessage();
        assertTrue(message.contains(what), message);
    }

    private static void assertNull(String what, Executable call) {
        assertEquals(what + " must not be null", assertThrows(NullPointerException.class, call).getMessage());
    }
}
