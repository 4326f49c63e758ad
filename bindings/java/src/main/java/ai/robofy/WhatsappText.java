package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * An agent's answer as WhatsApp text, in messages that fit: {@link Reply#parts} is both in one. Nothing here waits, and no
 * client is needed. Half of a surrogate pair becomes U+FFFD.
 */
public final class WhatsappText {
    private WhatsappText() {}

    /** {@link #format(String, Dialect)}, where the dialect is guessed. */
    public static String format(String text) {
        return format(text, Dialect.AUTO);
    }

    /**
     * Writes an answer as WhatsApp text: bold, italic, struck and code with WhatsApp's marks, a link as {@code text: url}, a
     * table as code or as lines. Code and URLs are left as they are.
     * Formatting twice changes nothing unless the dialect is Markdown.
     *
     * @param text the answer
     * @param dialect what it is written in
     * @return the text, empty only for an empty one
     */
    public static String format(String text, Dialect dialect) {
        byte[] answer = Arguments.messageText("text", text);
        Objects.requireNonNull(dialect, "dialect must not be null");
        Loader.load();
        PointerByReference error = new PointerByReference();
        Pointer formatted = Native.robofy_whatsapp_format(answer, dialect.number, error);
        if (formatted == null) {
            throw RobofyException.take(error.getValue());
        }
        return Arguments.take(formatted);
    }

    /** {@link #split(String, int)} at the 4 096 UTF-16 units of the Cloud API. */
    public static List<String> split(String text) {
        return split(text, 0);
    }

    /**
     * Splits a WhatsApp text into messages that fit. A part ends between paragraphs and items of a list where it can, else
     * after a line, a sentence or a word. URLs, and characters that are drawn as one, are kept whole. A mark or a block of
     * code that goes on is closed and opened again.
     *
     * @param text the text, as {@link #format(String, Dialect)} gives it
     * @param limit the most chars of a part; 0 for the 4 096 of the Cloud API. Twilio takes 1 600, a caption 1 024
     * @return the parts, none of them blank: a blank text has none
     */
    public static List<String> split(String text, int limit) {
        byte[] whole = Arguments.messageText("text", text);
        Arguments.atLeast(0, "limit", limit);
        Loader.load();
        PointerByReference error = new PointerByReference();
        Pointer parts = Native.robofy_whatsapp_split(whole, limit, error);
        if (parts == null) {
            throw RobofyException.take(error.getValue());
        }
        try {
            return IntStream.range(0, Native.robofy_parts_count(parts))
                    .mapToObj(index -> Arguments.string(Native.robofy_parts_text(parts, index)))
                    .toList();
        } finally {
            Native.robofy_parts_free(parts);
        }
    }
}
