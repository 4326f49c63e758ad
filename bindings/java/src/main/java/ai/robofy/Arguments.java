package ai.robofy;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/** Java's values on their way to C, each checked first and refused by its parameter's name, and C's texts on theirs. */
final class Arguments {
    private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);
    private static final byte[] REPLACEMENT = "\ufffd".getBytes(StandardCharsets.UTF_8);

    private static final Pattern PARAMETERS =
            Pattern.compile("^(?:session_id|user_context)\\b|\\b(?:" + Native.PARAMETERS + ")\\b");
    private static final Pattern UNDERSCORE = Pattern.compile("_([a-z])");

    private Arguments() {}

    /** What a user wrote: half of a surrogate pair, as of an emoji that was cut, becomes U+FFFD as in an answer. */
    static byte[] messageText(String parameter, String value) {
        return encoded(parameter, value, CodingErrorAction.REPLACE);
    }

    /** UTF-8 for a C string, which can hold neither U+0000 nor a lone surrogate. */
    static byte[] text(String parameter, String value) {
        return encoded(parameter, value, CodingErrorAction.REPORT);
    }

    static byte[] textOrNull(String parameter, String value) {
        return value == null ? null : text(parameter, value);
    }

    static byte[] secret(String parameter, String value) {
        byte[] text = text(parameter, value);
        if (value.isEmpty()) {
            throw invalid(parameter + " must not be empty");
        }
        return text;
    }

    /** What a stranger sent, which is no fault of the caller's whatever it holds. A NUL, which would end it early, is 0xFF. */
    static byte[] received(String parameter, String value) {
        Objects.requireNonNull(value, () -> parameter + " must not be null");
        byte[] terminated = (value + '\0').getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < terminated.length - 1; i++) {
            terminated[i] = terminated[i] == 0 ? (byte) 0xff : terminated[i];
        }
        return terminated;
    }

    private static byte[] encoded(String parameter, String value, CodingErrorAction onSurrogate) {
        Objects.requireNonNull(value, () -> parameter + " must not be null");
        int nul = value.indexOf('\0');
        if (nul >= 0) {
            throw invalid(parameter + " contains a NUL (U+0000) at index " + nul + ": remove it");
        }
        try {
            CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder().onMalformedInput(onSurrogate).replaceWith(REPLACEMENT);
            ByteBuffer encoded = utf8.encode(CharBuffer.wrap(value));
            byte[] terminated = new byte[encoded.remaining() + 1];
            encoded.get(terminated, 0, encoded.remaining());
            return terminated;
        } catch (CharacterCodingException error) {
            throw invalid(parameter + " contains a lone surrogate: remove it");
        }
    }

    /** A text that C lends. */
    static String string(Pointer text) {
        return text == null ? null : text.getString(0, "UTF-8");
    }

    /** A text that C hands over; null for none. */
    static String take(Pointer text) {
        try {
            return string(text);
        } finally {
            Native.robofy_free_string(text);
        }
    }

    static long milliseconds(String parameter, Duration value) {
        Objects.requireNonNull(value, () -> parameter + " must not be null");
        if (value.isNegative() || value.isZero()) {
            throw invalid(parameter + " must be more than 0, not " + value);
        }
        return value.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : Math.max(1, value.toMillis());
    }

    /** A time that may be 0. */
    static long millisecondsOrNone(String parameter, Duration value) {
        Objects.requireNonNull(value, () -> parameter + " must not be null");
        if (value.isNegative()) {
            throw invalid(parameter + " must not be negative, and is " + value);
        }
        return value.isZero() ? 0 : milliseconds(parameter, value);
    }

    /** A time that C gives as milliseconds since 1970; 0 is none. */
    static Instant instant(long ms) {
        return ms == 0 ? null : Instant.ofEpochMilli(ms);
    }

    /** A number of which 0 is none. */
    static Integer number(int value) {
        return value == 0 ? null : value;
    }

    static <N extends Number> N atLeast(long least, String parameter, N value) {
        if (value.longValue() < least) {
            throw invalid(parameter + " must be at least " + least + ", not " + value);
        }
        return value;
    }

    static RobofyException invalid(String message) {
        return RobofyException.of(Failure.Facts.of(Status.INVALID_ARGUMENT, message));
    }

    /** The library's message, which names parameters as C does; within it a session_id is a member of the JSON. */
    static String inJava(String message) {
        return PARAMETERS.matcher(message).replaceAll(name ->
                UNDERSCORE.matcher(name.group()).replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT)));
    }
}
