package ai.robofy;

import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** How a client behaves; what is not set, or set to null, is the library's default. */
public final class Options {
    private final List<Consumer<Pointer>> settings = new ArrayList<>();

    /** Where the service is: https://agents.robofy.ai by default. Plain http:// is refused except to loopback. */
    public Options baseUrl(String value) {
        if (value == null) {
            return this;
        }
        byte[] text = Arguments.text("baseUrl", value);
        return with(options -> Native.robofy_options_set_base_url(options, text));
    }

    /** Bounds a whole chat, retries and waits included: a minute by default. */
    public Options timeout(Duration value) {
        if (value == null) {
            return this;
        }
        long ms = Arguments.milliseconds("timeout", value);
        return with(options -> Native.robofy_options_set_timeout_ms(options, ms));
    }

    /** Bounds reaching the service, at each attempt: ten seconds by default. */
    public Options connectTimeout(Duration value) {
        if (value == null) {
            return this;
        }
        long ms = Arguments.milliseconds("connectTimeout", value);
        return with(options -> Native.robofy_options_set_connect_timeout_ms(options, ms));
    }

    /** How often a message that the agent cannot have seen is sent again: 2 by default. */
    public Options maxRetries(int value) {
        Arguments.atLeast(0, "maxRetries", value);
        return with(options -> Native.robofy_options_set_max_retries(options, value));
    }

    /** Also sends again what the agent may have seen, and so may answer twice. */
    public Options retryAmbiguous(boolean value) {
        return with(options -> Native.robofy_options_set_retry_ambiguous(options, (byte) (value ? 1 : 0)));
    }

    /** A proxy's URL; "" for none. By default HTTPS_PROXY and NO_PROXY are read. */
    public Options proxy(String value) {
        if (value == null) {
            return this;
        }
        byte[] text = Arguments.text("proxy", value);
        return with(options -> Native.robofy_options_set_proxy(options, text));
    }

    /** A PEM file of certificate authorities to trust besides the platform's. */
    public Options caFile(Path value) {
        if (value == null) {
            return this;
        }
        byte[] text = Arguments.text("caFile", value.toString());
        return with(options -> Native.robofy_options_set_ca_file(options, text));
    }

    /** The name of your product, such as "my-gateway/1.2", put before the library's own. */
    public Options userAgent(String value) {
        if (value == null) {
            return this;
        }
        byte[] text = Arguments.text("userAgent", value);
        return with(options -> Native.robofy_options_set_user_agent(options, text));
    }

    /** The longest response body that is accepted: 8 MiB by default. */
    public Options maxResponseBytes(long value) {
        Arguments.atLeast(1, "maxResponseBytes", value);
        return with(options -> Native.robofy_options_set_max_response_bytes(options, value));
    }

    /** How many chats may wait at once; one more is {@link RobofyException.Overloaded}. 0, the default, is no limit. */
    public Options maxInFlight(int value) {
        Arguments.atLeast(0, "maxInFlight", value);
        return with(options -> Native.robofy_options_set_max_in_flight(options, value));
    }

    /** Sends the messages of one session one after another, in the order of the calls. */
    public Options orderedSessions(boolean value) {
        return with(options -> Native.robofy_options_set_ordered_sessions(options, (byte) (value ? 1 : 0)));
    }

    /** The pace of the account's messages: {@code burst} at once, then {@code perMinute}, evenly spread. */
    public Options rateLimit(int perMinute, int burst) {
        Arguments.atLeast(1, "perMinute", perMinute);
        Arguments.atLeast(1, "burst", burst);
        return with(options -> Native.robofy_options_set_rate_limit(options, perMinute, burst));
    }

    private Options with(Consumer<Pointer> setting) {
        settings.add(setting);
        return this;
    }

    void applyTo(Pointer options) {
        settings.forEach(setting -> setting.accept(options));
    }
}
