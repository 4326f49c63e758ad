package ai.robofy;

import static ai.robofy.Service.assertEndsGrowing;
import static ai.robofy.Service.client;
import static ai.robofy.Service.figure;
import static ai.robofy.Service.here;
import static ai.robofy.Service.message;
import static ai.robofy.Service.waitUntil;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The calls that are no WhatsApp chats. */
@NeedsStandin
class CallsTest {
    private static final Request PROJECTS = new Request("GET", "/v1/projects");
    private static final Request SLOW = PROJECTS.withQuery("standin", "delay-ms=60000");

    private static Client agent() {
        return client(here().maxRetries(0).pid("31415").chatbotId("DKDvwn"));
    }

    @Test
    void aResponseHasAllThatCame() throws Exception {
        Response response;
        try (Client client = client()) {
            response = client.request(PROJECTS.withQuery("a", "1").withQuery("a", "x\ud83d"));
        }
        assertEquals(200, response.status());
        assertEquals(1, response.attempts());
        assertTrue(response.elapsed().compareTo(Duration.ZERO) > 0);
        assertEquals(Optional.of("application/json"), response.header("Content-Type"));
        assertEquals(Optional.empty(), response.header("x-none"));
        assertArrayEquals(response.text().getBytes(StandardCharsets.UTF_8), response.body());
        Map<?, ?> data = (Map<?, ?>) ((Map<?, ?>) Json.read(response.text())).get("data");
        assertEquals(data, Json.read(response.data().orElseThrow()));
        assertEquals(List.of(List.of("a", "1"), List.of("a", "x\ufffd")), data.get("query"));
    }

    @Test
    void anEmptyBodyIsEmpty() throws Exception {
        try (Client client = client()) {
            Response response = client.request(new Request("DELETE", "/v1/projects/7").withQuery("standin", "status=204"));
            assertEquals(0, response.body().length);
            assertEquals(Optional.empty(), response.data());
            assertEquals("Response[status=204, 0 bytes]", response.toString());
        }
    }

    @Test
    void whatMayHoldASecretIsNotShown() throws Exception {
        try (Client client = agent()) {
            Response response = client.request(new Request("GET", "/v1/ai-agent/chatbot_ai_settings/31415/DKDvwn"));
            assertTrue(response.text().contains("sk-agent-secret"));
            assertFalse(response.toString().contains("secret"));
            assertFalse(PROJECTS.withBody("\"secret\"").toString().contains("secret"));
            assertTrue(client.agentSettings().json().contains("sk-agent-secret"));
        }
    }

    @Test
    void boundsAreKeptAndBadOnesRefused() {
        try (Client client = agent()) {
            assertThrows(
                    RobofyException.Protocol.class, () -> client.request(PROJECTS.withMaxResponseBytes(10)));
            assertThrows(RobofyException.Timeout.class, () -> client.request(SLOW.withTimeout(Duration.ofMillis(200))));
            for (Request bad : List.of(
                    PROJECTS.withTimeout(Duration.ZERO),
                    PROJECTS.withMaxResponseBytes(0),
                    PROJECTS.withBody("{"),
                    PROJECTS.withQuery("a", "\0"),
                    new Request("G E T", "/"),
                    new Request("GET", "//other.example/"))) {
                assertThrows(RobofyException.InvalidArgument.class, () -> client.request(bad), bad.toString());
            }
            assertThrows(NullPointerException.class, () -> client.request(null));
            assertEquals(0, figure(client, "answered"));
        }
    }

    @Test
    void callsEndAsChatsDo() throws Exception {
        Client client = client();
        client.requestAsync(SLOW).cancel(true);
        waitUntil(() -> figure(client, "cancelled") == 1);
        Thread waiting = new Thread(() -> assertThrows(InterruptedException.class, () -> client.request(SLOW)));
        waiting.start();
        waitUntil(() -> figure(client, "in_flight") == 1);
        waiting.interrupt();
        waiting.join();
        waitUntil(() -> figure(client, "cancelled") == 2);
        CompletableFuture<Response> last = client.requestAsync(SLOW);
        client.close();
        assertThrows(RobofyException.Cancelled.class, () -> Service.joined(last));
        assertThrows(IllegalStateException.class, () -> client.request(PROJECTS));
        assertThrows(IllegalStateException.class, () -> client.sessions("DKDvwn", null));
    }

    @Test
    void aMessageOfAnotherPlatform() throws Exception {
        try (Client client = client()) {
            Message message = message("!echo").withPlatform("telegram");
            assertTrue(client.chatSend(message).answer().contains("\"telegram\""));
            assertTrue(client.chatSendAsync(message("!echo")).get().answer().contains("\"web\""));
            assertThrows(RobofyException.InvalidArgument.class, () -> client.whatsappChat(message));
        }
    }

    @Test
    void aFormOfAllKinds() throws Exception {
        Upload upload = new Upload()
                .addText("chatbot_id", "ü")
                .addBytes("file", new byte[] {0, 1}, "two.bin", "application/pdf")
                .addBytes("file", new byte[0], "none.bin");
        try (Client client = client()) {
            String body = client.upload("/v1/ai-agent/files", upload, Duration.ofSeconds(30)).text();
            for (String part : List.of("name=\\\"chatbot_id\\\"", "ü", "two.bin", "application/pdf", "none.bin")) {
                assertTrue(body.contains(part), body);
            }
            upload.addFile("file", Path.of("/nowhere/none.pdf"), "its.pdf", null);
            String said = assertThrows(
                            RobofyException.InvalidArgument.class, () -> client.upload("/v1/ai-agent/files", upload))
                    .getMessage();
            assertTrue(said.contains("none.pdf"), said);
            assertThrows(NullPointerException.class, () -> client.upload("/v1/ai-agent/files", null));
        }
    }

    @Test
    void aPageIsAskedForWhenItIsNeeded() {
        try (Client client = agent()) {
            Iterable<String> leads = client.leads();
            assertEquals(0, figure(client, "answered"));
            Iterator<String> iterator = leads.iterator();
            assertEquals("{\"name\":\"Lead 0\"}", iterator.next());
            assertEquals(1, figure(client, "answered"));
            iterator.forEachRemaining(lead -> {});
            assertThrows(NoSuchElementException.class, iterator::next);
            assertEquals("{\"name\":\"Lead 0\"}", leads.iterator().next());
            assertFalse(client.leads("empty", null, "7", Duration.ofSeconds(30)).iterator().hasNext());
            var endless = client.leads("loop", null, null, null);
            assertThrows(RobofyException.Protocol.class, () -> endless.forEach(lead -> {}));
        }
    }

    @Test
    void anAgentIsNeeded() {
        try (Client client = client()) {
            String said = assertThrows(RobofyException.InvalidArgument.class, client::sessions).getMessage();
            assertTrue(said.startsWith("chatbotId is missing"), said);
        }
    }

    @Test
    void responsesAndLeadsThatAreForgottenLeaveNothingBehind() {
        try (Client client = agent()) {
            Request large = new Request("PUT", "/v1/projects/7").withBody("\"" + "x".repeat(100_000) + "\"");
            assertEndsGrowing(25_000_000, () -> IntStream.range(0, 400).forEach(i -> {
                Service.joined(client.requestAsync(large));
                client.leads().iterator().next();
                new Upload().addBytes("file", new byte[100_000], "x");
            }));
        }
    }
}
