package ai.robofy;

import static ai.robofy.Service.client;
import static ai.robofy.Service.here;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@NeedsStandin
class InboxTest {
    /** What has not come by then does not come. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static Client client;

    @BeforeAll
    static void open() {
        client = client(here().pid("31415").chatbotId("DKDvwn"));
    }

    @AfterAll
    static void close() {
        client.close();
    }

    /** The agent is asked when there are so many messages, and typing is not shown. */
    static InboxOptions bursts(int messages) {
        Duration never = Duration.ofHours(1);
        return new InboxOptions().maxMessages(messages).quiet(never).maxWait(never).typing(Duration.ZERO);
    }

    static Outcome next(Inbox inbox) throws InterruptedException {
        return inbox.poll(PATIENCE).orElseThrow();
    }

    static Event event(String field, String value) {
        String body = "{\"entry\":[{\"changes\":[{\"field\":\"" + field + "\",\"value\":{\"metadata\":{\"phone_number_id\":\"106\"},"
                + value + "}}]}]}";
        try (Webhook webhook = new Webhook(Channel.META)) {
            return webhook.read(body.getBytes(UTF_8), null).events().get(0);
        }
    }

    private static Event text(String id, String text) {
        return event("messages", "\"messages\":[{\"from\":\"1555\",\"id\":\"" + id
                + "\",\"timestamp\":\"4102444800\",\"type\":\"text\",\"text\":{\"body\":\"" + text + "\"}}]");
    }

    @Test
    void aBurstIsAnsweredOnce() throws Exception {
        try (Inbox inbox = new Inbox(client, bursts(2).join(" "))) {
            assertEquals(Accept.QUEUED, inbox.offer(text("a", "!answer=**one**")));
            assertEquals(Accept.DUPLICATE, inbox.offer(text("a", "!answer=**one**")));
            assertEquals(Optional.empty(), inbox.poll(Duration.ZERO));
            assertEquals(Accept.QUEUED, inbox.offerText("106", "1555", "b", "headers=1"));
            Outcome answer = next(inbox);
            assertEquals(OutcomeKind.ANSWER, answer.kind());
            assertEquals(List.of("*one*"), answer.parts());
            assertEquals(List.of("a", "b"), answer.messageIds());
            assertEquals("1555 106 1555 b", String.join(" ", answer.sessionId(), answer.channelId(), answer.to(), answer.replyTo()));
            assertEquals("**one**", answer.reply().answer());
            assertNull(answer.recipient());
            assertNull(answer.error());
            assertNull(answer.request(1));
            assertTrue(answer.request(0).contains("\"context\":{\"message_id\":\"b\"}"), answer.request(0));
            assertEquals("Outcome[kind=ANSWER, parts=1]", answer.toString());
            assertInvalid("part", () -> inbox.sent(answer, 1));
            assertInvalid("part", () -> inbox.failed(answer, -1, 100));
            inbox.sent(answer, 0, "ours");
            assertEquals(Accept.DUPLICATE, inbox.offerText("106", "1555", "ours", "our own"));
            assertEquals(1, figure(inbox, "parts_sent"));
        }
    }

    @Test
    void aPersonTakesOverAndGivesBack() throws Exception {
        try (Inbox inbox = new Inbox(client, bursts(1))) {
            inbox.offer(text("a", "!delay-ms=500 answer=x"));
            assertEquals(Accept.TOOK_OVER, inbox.offer(event("smb_message_echoes", "\"message_echoes\":[{\"from\":\"1\",\"to\":"
                    + "\"1555\",\"id\":\"e\",\"timestamp\":\"4102444800\",\"type\":\"text\",\"text\":{\"body\":\"I am Ana\"}}]")));
            assertEquals(Accept.PAUSED, inbox.offer(text("b", "!answer=x")));
            assertEquals(OutcomeKind.EXPIRED, next(inbox).kind());
            inbox.resume("1555");
            assertEquals(Accept.QUEUED, inbox.offer(text("c", "!answer=x")));
            assertEquals(List.of("x"), next(inbox).parts());
            inbox.pause("1555", Duration.ofHours(1));
            assertEquals(Accept.PAUSED, inbox.offer(text("d", "!answer=x")));
            assertEquals(Accept.IGNORED, inbox.offer(event("messages", "\"statuses\":[{\"id\":\"a\",\"status\":\"read\",\"recipient_id\":\"1555\"}]")));
        }
    }

    @Test
    void aPartThatFailsComesAgainOrIsGivenUp() throws Exception {
        InboxOptions options = bursts(1).limit(100).fallback(Status.OK, "Later.").fallback(Status.UNAUTHORIZED, null);
        try (Inbox inbox = new Inbox(client, options)) {
            inbox.offerText(null, "1", "a", "!huge=250");
            Outcome answer = next(inbox);
            assertEquals(3, answer.parts().size());
            inbox.failed(answer, 0, 130429); // too many messages: all of it, later
            Outcome again = next(inbox);
            assertEquals(3, again.parts().size());
            inbox.failed(again, 0, 100); // a bad parameter: the rest, now
            Outcome rest = next(inbox);
            assertEquals(answer.parts().subList(1, 3), rest.parts());
            inbox.failed(rest, 0, 131026); // nothing can be sent to this user
            inbox.offerText(null, "1", "b", "!status=400 code=OOPS");
            Outcome fallback = next(inbox);
            assertEquals(OutcomeKind.FALLBACK, fallback.kind());
            assertEquals(List.of("Later."), fallback.parts());
            assertEquals(Optional.of("OOPS"), fallback.error().code());
            assertNull(fallback.reply());
        }
    }

    @Test
    void typingHasARequestAndNoPart() throws Exception {
        try (Inbox inbox = new Inbox(client, bursts(1).typing(PATIENCE).media(MediaPolicy.REPLY, "Text only.")
                .stopWords(List.of("stop", "unsubscribe"), "Bye.").startWords(List.of("start"), null).dialect(Dialect.WHATSAPP))) {
            inbox.offerText(null, "1", "s", "Unsubscribe");
            Outcome notice = next(inbox);
            assertEquals(OutcomeKind.NOTICE, notice.kind());
            assertEquals(List.of("Bye."), notice.parts());
            inbox.offerText(null, "2", "f", "!delay-ms=60000");
            Outcome typing = next(inbox);
            assertEquals(OutcomeKind.TYPING, typing.kind());
            assertEquals(List.of(), typing.parts());
            assertTrue(typing.request(0).contains("\"typing_indicator\""), typing.request(0));
        }
    }

    @Test
    void aRestartInMidBurstLosesNothing(@TempDir Path folder) throws Exception {
        InboxOptions options = bursts(2).path(folder.resolve("inbox"));
        try (Inbox first = new Inbox(client, options)) {
            first.offerText(null, "1", "a", "!answer=one");
            var taken = assertThrows(RobofyException.Storage.class, () -> new Inbox(client, options));
            assertTrue(taken.getMessage().contains(folder.toString()), taken.getMessage());
        }
        Outcome unsent;
        try (Inbox second = new Inbox(client, options)) {
            assertEquals(1, figure(second, "pending"));
            assertEquals(Accept.DUPLICATE, second.offerText(null, "1", "a", "!answer=one"));
            second.offerText(null, "1", "c", "headers=1");
            unsent = next(second);
        }
        try (Inbox third = new Inbox(client, options)) {
            Outcome again = next(third);
            assertEquals(List.of("a", "c"), again.messageIds());
            assertEquals(unsent.reply().body(), again.reply().body());
            third.sent(again, 0);
            assertEquals(0, figure(third, "pending"));
        }
    }

    @Test
    void whatCannotBeUsedIsRefusedByItsName(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        var refused = assertThrows(RobofyException.Storage.class, () -> new Inbox(client, bursts(1).path(file)));
        assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
        assertInvalid("maxMessages", () -> bursts(0));
        assertInvalid("dedup", () -> new InboxOptions().dedup(Duration.ZERO));
        assertInvalid("quiet", () -> new InboxOptions().quiet(Duration.ofMillis(-1)));
        assertInvalid("text contains a NUL", () -> new InboxOptions().fallback(Status.OK, "\0"));
        assertInvalid("media", () -> new Inbox(client, new InboxOptions().media(MediaPolicy.REPLY, null)));
        assertThrows(NullPointerException.class, () -> new InboxOptions().media(null, null));
        assertThrows(NullPointerException.class, () -> new Inbox(null));
        assertInvalid("chatbotId", () -> new Inbox(client, "31415", "", new InboxOptions()));
        try (Inbox inbox = new Inbox(client, "31415", "DKDvwn", bursts(9).maxPending(1))) {
            assertInvalid("sessionId", () -> inbox.pause("1", PATIENCE));
            assertInvalid("user", () -> inbox.offerText(null, "", "a", "Hi"));
            inbox.offerText(null, "1", "a", "Hi");
            assertInvalid("messageId", () -> inbox.offerText(null, "1", "", "Hi"));
            String full = assertThrows(RobofyException.Overloaded.class, () -> inbox.offerText(null, "1", "b", "Hi")).getMessage();
            assertTrue(full.contains("maxPending"), full);
            Event made = new Event(EventKind.TEXT, "a", "1", null, null, null, null, null, null, null, null, "Hi", null, null, null,
                    null, null, null, null, null, null, null, null, "{}");
            assertInvalid("event was not read", () -> inbox.offer(made));
            assertThrows(NullPointerException.class, () -> inbox.offer(null));
            assertThrows(NullPointerException.class, () -> inbox.poll(null));
            assertNotNull(inbox.stats());
        }
        try (Client other = client()) {
            assertInvalid("pid is missing", () -> new Inbox(other));
        }
    }

    static long figure(Inbox inbox, String name) {
        return ((Number) ((Map<?, ?>) Json.read(inbox.stats())).get(name)).longValue();
    }

    static void assertInvalid(String what, Executable call) {
        String message = assertThrows(RobofyException.InvalidArgument.class, call).getMessage();
        assertTrue(message.contains(what), message);
        assertFalse(message.contains("_"), message);
    }
}
