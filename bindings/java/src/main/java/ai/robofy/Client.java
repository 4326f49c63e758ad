package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * Sends WhatsApp users' messages to the agents of one Robofy account. Make one per API key and keep it; any number of
 * threads share it. One that is forgotten is freed when its last chat is answered. The {@link System.Logger} "ai.robofy" is
 * told, at the level DEBUG, of each chat that failed or took more than one request.
 */
public final class Client implements ChatClient {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final Logger LOGGER = System.getLogger("ai.robofy");

    private final Options account;
    private final Chats chats;

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
            chats = new Chats(client);
        } finally {
            Native.robofy_options_free(settings);
        }
        account = new Options().pid(options.pid()).chatbotId(options.chatbotId());
        Chats forgotten = chats;
        CLEANER.register(this, forgotten::retire);
    }

    private static String keyOfEnvironment() {
        String key = System.getenv("ROBOFY_API_KEY");
        if (key == null || key.isEmpty()) {
            throw Arguments.invalid("apiKey is missing: give the Client one, or set ROBOFY_API_KEY");
        }
        return key;
    }

    @Override
    public Reply whatsappChat(Message message) throws InterruptedException {
        CompletableFuture<Reply> answer = submit(message, chats::submitToWait);
        try {
            Reply reply = answer.get();
            log(reply, null);
            return reply;
        } catch (InterruptedException interrupt) {
            answer.cancel(true);
            throw interrupt;
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Error error) {
                throw error;
            }
            log(null, failure.getCause());
            throw (RobofyException) failure.getCause().fillInStackTrace(); // the caller's, not the collector's
        }
    }

    @Override
    public CompletableFuture<Reply> whatsappChatAsync(Message message) {
        CompletableFuture<Reply> answer = submit(message, chats::submit);
        answer.whenComplete(Client::log);
        return answer;
    }

    private CompletableFuture<Reply> submit(Message message, Function<Pointer, CompletableFuture<Reply>> submission) {
        Objects.requireNonNull(message, "message must not be null");
        Pointer allocated = message.allocate(account);
        try {
            return submission.apply(allocated);
        } catch (RobofyException refused) {
            log(null, refused);
            throw refused;
        } finally {
            Native.robofy_message_free(allocated);
            Reference.reachabilityFence(this);
        }
    }

    /** A logger that throws takes no answer away: the program would send the message again. */
    private static void log(Reply reply, Throwable failure) {
        try {
            if (failure != null) {
                LOGGER.log(Level.DEBUG, () -> "a chat failed: " + failure.getMessage());
            } else if (reply.attempts() > 1) {
                LOGGER.log(Level.DEBUG, () -> "a chat was answered at request " + reply.attempts());
            }
        } catch (RuntimeException ofLogger) {
            // It is the logger's to tell.
        }
    }

    /** A snapshot of the client's figures: a JSON object that {@code robofy_client_stats} in robofy.h describes. */
    public String stats() {
        try {
            return chats.stats();
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
