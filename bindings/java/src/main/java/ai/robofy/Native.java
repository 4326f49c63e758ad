package ai.robofy;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The C interface as {@code robofy.h} declares it. A C {@code bool} is a byte here: JNA's boolean is an int. */
final class Native {
    static {
        bind();
    }

    private Native() {}

    static native Pointer robofy_version();

    static native void robofy_free_string(Pointer string);

    static native Pointer robofy_options_new();

    static native void robofy_options_free(Pointer options);

    static native void robofy_options_set_base_url(Pointer options, byte[] url);

    static native void robofy_options_set_timeout_ms(Pointer options, long ms);

    static native void robofy_options_set_connect_timeout_ms(Pointer options, long ms);

    static native void robofy_options_set_max_retries(Pointer options, int retries);

    static native void robofy_options_set_retry_ambiguous(Pointer options, byte retry);

    static native void robofy_options_set_proxy(Pointer options, byte[] url);

    static native void robofy_options_set_ca_file(Pointer options, byte[] path);

    static native void robofy_options_set_user_agent(Pointer options, byte[] product);

    static native void robofy_options_set_max_response_bytes(Pointer options, long bytes);

    static native void robofy_options_set_max_in_flight(Pointer options, int chats);

    static native void robofy_options_set_ordered_sessions(Pointer options, byte ordered);

    static native void robofy_options_set_rate_limit(Pointer options, int perMinute, int burst);

    static native Pointer robofy_client_new(byte[] apiKey, Pointer options, PointerByReference error);

    static native void robofy_client_free(Pointer client);

    static native byte robofy_whatsapp_submit(Pointer client, Pointer message, long tag, PointerByReference error);

    static native Pointer robofy_client_poll(Pointer client, long timeoutMs);

    static native byte robofy_client_cancel(Pointer client, long tag);

    static native Pointer robofy_client_stats(Pointer client);

    static native Pointer robofy_message_new(byte[] pid, byte[] chatbotId, byte[] query);

    static native void robofy_message_set_session_id(Pointer message, byte[] sessionId);

    static native void robofy_message_set_user_context(Pointer message, byte[] json);

    static native void robofy_message_set_timeout_ms(Pointer message, long ms);

    static native void robofy_message_free(Pointer message);

    static native Pointer robofy_reply_answer(Pointer reply);

    static native Pointer robofy_reply_session_id(Pointer reply);

    static native Pointer robofy_reply_message(Pointer reply);

    static native Pointer robofy_reply_json(Pointer reply);

    static native int robofy_reply_attempts(Pointer reply);

    static native long robofy_reply_elapsed_us(Pointer reply);

    static native long robofy_completion_tag(Pointer completion);

    static native Pointer robofy_completion_reply(Pointer completion);

    static native Pointer robofy_completion_error(Pointer completion);

    static native void robofy_completion_free(Pointer completion);

    static native int robofy_error_status(Pointer error);

    static native Pointer robofy_error_message(Pointer error);

    static native int robofy_error_http_status(Pointer error);

    static native Pointer robofy_error_code(Pointer error);

    static native Pointer robofy_error_detail(Pointer error);

    static native byte robofy_error_is_retryable(Pointer error);

    static native long robofy_error_retry_after_ms(Pointer error);

    static native void robofy_error_free(Pointer error);

    /** A borrowed text. */
    static String text(Pointer text) {
        return text == null ? null : text.getString(0, "UTF-8");
    }

    /** The file that ROBOFY_LIBRARY names, or else the one beside the package, or else the system's. */
    private static void bind() {
        String chosen = System.getenv("ROBOFY_LIBRARY");
        String unversioned = Platform.isMac() ? "librobofy.dylib" : "librobofy.so";
        List<String> names = new ArrayList<>();
        if (chosen != null) {
            names.add(chosen);
        } else if (Files.exists(besidePackage(unversioned))) {
            names.add(besidePackage(unversioned).toString());
        } else {
            names.addAll(List.of("librobofy.so.0", unversioned));
        }
        List<String> reasons = new ArrayList<>();
        for (String name : names) {
            try {
                Map<String, Object> encoding = Map.of(Library.OPTION_STRING_ENCODING, "UTF-8");
                com.sun.jna.Native.register(Native.class, NativeLibrary.getInstance(name, encoding));
                return;
            } catch (UnsatisfiedLinkError error) {
                reasons.add(name + ": " + error.getMessage());
            }
        }
        String advice = chosen != null
                ? "point ROBOFY_LIBRARY to the shared library of this package's version"
                : "install it, or set ROBOFY_LIBRARY to the path of the shared library";
        throw new UnsatisfiedLinkError(
                "the robofy library cannot be used (" + String.join("; ", reasons) + "): " + advice);
    }

    private static Path besidePackage(String file) {
        try {
            return Path.of(Native.class.getProtectionDomain().getCodeSource().getLocation().toURI()).resolveSibling(file);
        } catch (URISyntaxException error) {
            throw new IllegalStateException(error);
        }
    }
}
