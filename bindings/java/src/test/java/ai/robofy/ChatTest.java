package ai.robofy;

import static ai.robofy.Service.client;
import static ai.robofy.Service.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@NeedsStandin
class ChatTest {
    @Test
    void aChatGivesTheAnswerAndAllThatCameWithIt() throws Exception {
        try (Client client = client()) {
            Reply reply = client.whatsappChat(message("Hello").withSessionId("918727000000"));
            assertEquals("Hello! You wrote: \"Hello\".", reply.answer());
            assertEquals(reply.answer(), reply.toString());
            assertEquals("918727000000", reply.sessionId());
            assertEquals("Success", reply.message());
            assertTrue(reply.body().startsWith("{"), reply.body());
            assertEquals(1, reply.attempts());
            assertTrue(reply.elapsed().compareTo(Duration.ZERO) > 0);
            assertNull(client.whatsappChat(message("!no-session")).sessionId());
        }
    }

    @Test
    void everythingThatIsSaidArrives() throws Exception {
        try (Client client = client()) {
            String echo = client.whatsappChat(
                            message("!echo").withSessionId("ü😀").withUserContext("{\"language\": \"हिन्दी\", \"vip\": true}"))
                    .answer();
            for (String part : List.of("\"ü😀\"", "\"हिन्दी\"", "\"vip\":true", "\"31415\"", "\"DKDvwn\"", "\"whatsapp\"")) {
                assertTrue(echo.contains(part), echo);
            }
            String query = "😀".repeat(1_000_000);
            assertEquals("Hello! You wrote: \"" + query + "\".", client.whatsappChat(message(query)).answer());
        }
    }

    @Test
    void halfOfASurrogatePairIsReplaced() throws Exception {
        try (Client client = client()) {
            Message cut = new Message("p\ud83d", "DKDvwn", "!echo").withSessionId("s\udc4b").withUserContext("{\"n\": \"x\ud83d\", \"m\": \"\\ud83d\"}");
            String echo = client.whatsappChat(cut).answer();
            for (String part : List.of("\"p\ufffd\"", "\"s\ufffd\"", "\"x\ufffd\"", "\"m\":\"\\ufffd\"")) {
                assertTrue(echo.contains(part), echo);
            }
            assertEquals("Hello! You wrote: \"a😀\ufffd\".", client.whatsappChat(message("a😀\ud83d")).answer());
        }
    }

    @Test
    void aHundredChatsAtOnceTakeNoThreadEach() {
        try (Client client = client()) {
            int before = Thread.activeCount();
            long began = System.nanoTime();
            List<CompletableFuture<Reply>> answers = IntStream.range(0, 100)
                    .mapToObj(i -> client.whatsappChatAsync(message("!delay-ms=500 answer=" + i)))
                    .toList();
            assertTrue(Thread.activeCount() <= before + 10, Thread.activeCount() + " threads, " + before + " before");
            for (int i = 0; i < 100; i++) {
                assertEquals("" + i, answers.get(i).join().answer());
            }
            assertTrue(System.nanoTime() - began < 25e9, "one after another they take 50 s");
        }
    }

    @Test
    void figures() throws Exception {
        try (Client client = client()) {
            client.whatsappChat(message("Hello"));
            Service.failure(client, message("!status=404"));
            assertTrue(client.stats().matches("(?s).*\"answered\":\\s*1\\b.*\"not_found\":\\s*1\\b.*"), client.stats());
        }
    }

    @Test
    void theVersion() {
        assertTrue(Client.version().matches("\\d+\\.\\d+\\.\\d+"));
    }
}
