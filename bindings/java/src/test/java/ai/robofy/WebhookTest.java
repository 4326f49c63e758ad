package ai.robofy;

import static ai.robofy.Service.PADDING;
import static ai.robofy.Service.assertEndsGrowing;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@NeedsStandin
class WebhookTest {
    private static final String SECRET = "s3cret \u00e9";
    /** As Meta writes it: ASCII alone, and a slash escaped. */
    private static final byte[] META =
            "{\"object\":\"whatsapp_business_account\",\"t\":\"caf\\u00e9 \\ud83d\\udc4b \\/\"}".getBytes(UTF_8);
    private static final String BY_META = "sha256=beda126a40b694a7001923262c1f233276475dee19681cc865a406662b2f9f06";
    private static final String FORM =
            "MessageSid=SM1&From=whatsapp%3A%2B1650&Body=a%26b+c%C3%A9&Zz=2&Zz=1&Zz=2&Empty=";
    private static final String URL = "https://bot.example.com/hook?a=1";

    @Test
    void eachChannelSignsInItsWay() {
        assertReads(Channel.META, META, BY_META, null);
        assertReads(
                Channel.WAHA,
                "{\"event\":\"message\",\"payload\":{\"body\":\"caf\u00e9 \ud83d\udc4b\"}}".getBytes(UTF_8),
                "8b0d19f27f0835d782fb3e4f33b5ffa6d60820ea3796ed59b8dda341e51972df"
                        + "018f2131367bcc3364efd113c12a63b966dd6d8dd0330853c65f13508ea8982c",
                null);
        assertReads(
                Channel.EVOLUTION,
                "{}".getBytes(UTF_8),
                "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjQxMDI0NDQ4MDB9"
                        + ".Zc8MXdWhmnNZZNopZG0zNoq7KXkZ-EUGRE8V9vghFWk", // until 2100
                null);
        assertReads(Channel.TWILIO, FORM.getBytes(UTF_8), "GkvYQLlrY1T7pbGUyp8RjmWmMKY=", URL);
    }

    private static void assertReads(Channel channel, byte[] body, String signature, String url) {
        try (Webhook old = new Webhook(channel, "another"); Webhook both = new Webhook(channel, "another", SECRET)) {
            both.read(body, signature, url);
            for (String wrong : new String[] {null, "", signature + "\0", signature.substring(8), "\ud83d", "\u00e9"}) {
                var refused = assertThrows(RobofyException.Signature.class, () -> both.read(body, wrong, url));
                assertEquals(Status.SIGNATURE, refused.status());
                assertFalse(refused.isRetryable() || refused.toString().contains(SECRET));
            }
            assertThrows(RobofyException.Signature.class, () -> old.read(body, signature, url));
        }
    }

    @Test
    void bytesAreReadAsTheyAre() {
        try (Webhook webhook = new Webhook(Channel.META)) {
            assertInvalid("body is not JSON", () -> webhook.read(new byte[0], null));
            assertInvalid("body is not JSON", () -> webhook.read("{}\0".getBytes(UTF_8), null));
            assertInvalid("not UTF-8", () -> webhook.read(new byte[] {'"', (byte) 0xff, '"'}, null));
            assertInvalid("larger", () -> webhook.read(new byte[(3 << 20) + 1], null));
            assertEquals(new Incoming(List.of(), 0), webhook.read("{}".getBytes(UTF_8), null));
            Event event = webhook.read(message("a\\u0000b \\ud83d", Long.MAX_VALUE), null).events().get(0);
            assertEquals("a\ufffdb \ufffd", event.text());
            assertEquals(Instant.ofEpochMilli(Long.MAX_VALUE), event.timestamp());
        }
    }

    private static byte[] message(String text, long timestamp) {
        return ("{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{\"messages\":[{\"id\":\"wamid.1\","
                + "\"from\":\"1650\",\"timestamp\":\"" + timestamp + "\",\"type\":\"text\",\"text\":{\"body\":\"" + text
                + "\"}},{\"type\":\"text\"}]}}]}]}").getBytes(UTF_8);
    }

    @Test
    void whatCameInOutlivesTheWebhookAndCannotBeChanged() {
        Webhook webhook = new Webhook(Channel.META);
        Incoming incoming = webhook.read(message("Hello", 1749416383), null);
        assertEquals(incoming, webhook.read(message("Hello", 1749416383), null));
        webhook.close();
        webhook.close();
        assertThrows(IllegalStateException.class, () -> webhook.read(META, null));
        assertThrows(IllegalStateException.class, () -> webhook.challenge("", "token"));
        assertEquals(1, incoming.skipped());
        for (Event event : incoming) {
            assertEquals(EventKind.TEXT, event.kind());
            assertEquals(Instant.ofEpochSecond(1749416383), event.timestamp());
            assertEquals("wamid.1 1650 Hello", event.id() + " " + event.sessionId() + " " + event.text());
            assertNull(event.status());
            assertNull(event.errorCode());
            assertTrue(event.json().startsWith("{\"id\":"), event.json());
        }
        assertThrows(UnsupportedOperationException.class, () -> incoming.events().clear());
        assertEquals(EventKind.OTHER, EventKind.of(99));
    }

    @Test
    void noSecretIsShown() {
        try (Webhook webhook = new Webhook(Channel.EVOLUTION, SECRET)) {
            assertEquals("Webhook[EVOLUTION]", webhook.toString());
            byte[] body = ("{\"event\":\"new\",\"apikey\":\"" + SECRET + "\"}").getBytes(UTF_8);
            Incoming incoming = webhook.read(body, null);
            assertEquals("Incoming[events=[Event[kind=OTHER, id=null]], skipped=0]", incoming.toString());
        }
    }

    @Test
    void whatCannotBeUsedIsRefusedByItsName() {
        assertInvalid("secret must not be empty", () -> new Webhook(Channel.META, ""));
        assertInvalid("secret must not be empty", () -> new Webhook(Channel.META, SECRET, ""));
        assertInvalid("secret contains a NUL", () -> new Webhook(Channel.META, "\0"));
        assertRefusesNull("channel", () -> new Webhook(null));
        assertRefusesNull("secret", () -> new Webhook(Channel.META, System.getenv("ROBOFY_NOT_SET")));
        assertRefusesNull("secrets", () -> new Webhook(Channel.META, (String[]) null));
        try (Webhook webhook = new Webhook(Channel.TWILIO, SECRET)) {
            assertRefusesNull("body", () -> webhook.read(null, null));
            assertRefusesNull("verifyToken", () -> webhook.challenge("", null));
            assertInvalid("url contains a NUL", () -> webhook.read(META, BY_META, "\0"));
        }
    }

    @Test
    void theHandshakeIsAnswered() {
        try (Webhook webhook = new Webhook(Channel.META, SECRET)) {
            String query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me+%26+you";
            assertEquals(Optional.of("1158201444"), webhook.challenge(query, "me & you"));
            for (String token : List.of("another", "")) {
                assertEquals(Optional.empty(), webhook.challenge(query, token));
            }
            assertEquals(Optional.empty(), webhook.challenge(query + "&a=\0", "me & you"));
            assertEquals(Optional.empty(), webhook.challenge(null, "me & you"));
        }
    }

    @Test
    void aWebhookIsClosedAmidItsReads() throws Exception {
        for (int round = 0; round < 20; round++) {
            Webhook webhook = new Webhook(Channel.META, SECRET);
            Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
            List<Thread> readers = Stream.generate(() -> new Thread(() -> {
                try {
                    while (true) {
                        webhook.read(META, BY_META);
                    }
                } catch (Throwable end) {
                    ends.add(end);
                }
            })).limit(4).toList();
            readers.forEach(Thread::start);
            Thread.sleep(round % 5);
            webhook.close();
            for (Thread reader : readers) {
                reader.join();
            }
            assertEquals(4, ends.size());
            ends.forEach(end -> assertInstanceOf(IllegalStateException.class, end));
        }
    }

    @Test
    void whatIsForgottenIsFreed() {
        assertEndsGrowing(12_000_000, () -> {
            for (int i = 0; i < 5000; i++) { // 20 MB of secrets, and as much of events, were they kept
                new Webhook(Channel.META, PADDING);
                assertThrows(RobofyException.Signature.class, () -> new Webhook(Channel.META, PADDING).read(META, null));
                try (Webhook webhook = new Webhook(Channel.META)) {
                    webhook.read(message(PADDING, 1), null);
                }
                if (i % 500 == 0) {
                    System.gc();
                }
            }
        });
    }

    private static void assertInvalid(String what, Executable call) {
        String message = assertThrows(RobofyException.InvalidArgument.class, call).getMessage();
        assertTrue(message.contains(what), message);
    }

    private static void assertRefusesNull(String what, Executable call) {
        assertEquals(what + " must not be null", assertThrows(NullPointerException.class, call).getMessage());
    }
}
