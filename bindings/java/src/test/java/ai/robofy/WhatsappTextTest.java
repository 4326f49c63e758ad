package ai.robofy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@NeedsStandin
class WhatsappTextTest {
    @Test
    void anAnswerIsWrittenAsWhatsappText() {
        assertEquals("*Order 12* is ready", WhatsappText.format("**Order 12** is ready"));
        assertEquals("_x_ and *y*", WhatsappText.format("*x* and **y**", Dialect.MARKDOWN));
        assertEquals("AT&T", WhatsappText.format("AT&amp;T", Dialect.WHATSAPP));
        assertEquals("half of \ufffd", WhatsappText.format("half of \ud83d"));
        assertEquals("", WhatsappText.format(""));
    }

    @Test
    void aTextIsSplitWhereItCanBe() {
        assertEquals(List.of("One. Two.\n\n", "Three. Four."), WhatsappText.split("One. Two.\n\nThree. Four.", 14));
        assertEquals(List.of(), WhatsappText.split(" \n"));
        String waving = "\ud83d\udc4b\ud83c\udffd".repeat(3000);
        List<String> parts = WhatsappText.split(waving);
        assertEquals(waving, String.join("", parts));
        assertTrue(parts.stream().allMatch(part -> part.length() <= 4096 && part.startsWith("\ud83d\udc4b")));
    }

    @Test
    void aReplyHasItsParts() {
        Reply reply = new Reply("**b** and more", null, null, "{}", 1, Duration.ZERO);
        assertEquals(List.of("*b* and more"), reply.parts());
        assertEquals(List.of("*b* and ", "more"), reply.parts(8));
    }

    @Test
    void whatCannotBeUsedIsRefusedByItsName() {
        for (String text : List.of("a\0b", "\0")) {
            var refused = assertThrows(RobofyException.InvalidArgument.class, () -> WhatsappText.format(text));
            assertTrue(refused.getMessage().startsWith("text contains a NUL"), refused.getMessage());
        }
        var refused = assertThrows(RobofyException.InvalidArgument.class, () -> WhatsappText.split("x", -1));
        assertEquals("limit must be at least 0, not -1", refused.getMessage());
        assertThrows(NullPointerException.class, () -> WhatsappText.format(null));
        assertThrows(NullPointerException.class, () -> WhatsappText.format("x", null));
    }
}
