package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Sends users' messages to the agents of one Robofy account, and calls the rest of the service. Make one per API key and keep
 * it; any number of threads share it. One that is forgotten is freed when its last chat is answered. The {@link System.Logger}
 * "ai.robofy" is told, at the level DEBUG, of each call that failed or took more than one request.
 */
public final class Client extends Calls {
    /** A client for the account of the environment's ROBOFY_API_KEY, with every default. */
    public Client() {
        this(null, new Options());
    }

    /** A client for the account of the environment's ROBOFY_API_KEY. */
    public Client(Options options) {
        this(null, options);
    }

    /** A client with every default. */
    public Client(String apiKey) {
        this(apiKey, new Options());
    }

    /**
     * A client for the account of the permanent API key; null is the environment's ROBOFY_API_KEY. It connects to nothing
     * yet.
     *
     * @throws RobofyException the key or an option cannot be used
     */
    public Client(String apiKey, Options options) {
        super(opened(apiKey, options), new Account(options.pid(), options.chatbotId()));
        Chats forgotten = chats;
        Owned.by(this, forgotten::retire);
    }

    private static Chats opened(String apiKey, Options options) {
        Objects.requireNonNull(options, "options must not be null");
        byte[] key = Arguments.text("apiKey", apiKey == null ? keyOfEnvironment() : apiKey);
        Loader.load();
        Pointer settings = Native.robofy_options_new();
        try {
            options.applyTo(settings);
            PointerByReference error = new PointerByReference();
            Pointer client = Native.robofy_client_new(key, settings, error);
            if (client == null) {
                throw RobofyException.take(error.getValue());
            }
            return new Chats(client);
        } finally {
            Native.robofy_options_free(settings);
        }
    }

    private static String keyOfEnvironment() {
        String key = System.getenv("ROBOFY_API_KEY");
        if (key == null || key.isEmpty()) {
            throw Arguments.invalid("apiKey is missing: give the Client one, or set ROBOFY_API_KEY");
        }
        return key;
    }

    /** A snapshot of the client's figures: a JSON object that {@code robofy_client_stats} in robofy.h describes. */
    public String stats() {
        try {
            return chats.use(client -> Arguments.take(Native.robofy_client_stats(client)));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The version of the library that is loaded. */
    public static String version() {
        Loader.load();
        return Arguments.string(Native.robofy_version());
    }

    @Override
    public void close() {
        chats.close();
    }
}
