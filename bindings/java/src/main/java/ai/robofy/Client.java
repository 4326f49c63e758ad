package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * Sends WhatsApp users' messages to the agents of one Robofy account. Make one per API key and keep it; any number of
 * threads share it. One that is forgotten is freed when its last chat is answered.
 */
public final class Client implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Chats chats;

    /** A client with every default. */
    public Client(String apiKey) {
        this(apiKey, new Options());
    }

    /**
     * A client for the account of the permanent API key. It connects to nothing yet.
     *
     * @throws RobofyException the key or an option cannot be used
     */
    public Client(String apiKey, Options how) {
        byte[] key = Arguments.text("apiKey", apiKey);
        Objects.requireNonNull(how, "options must not be null");
        Pointer options = Native.robofy_options_new();
        try {
            how.applyTo(options);
            PointerByReference error = new PointerByReference();
            Pointer client = Native.robofy_client_new(key, options, error);
            if (client == null) {
                throw RobofyException.take(error.getValue());
            }
            chats = new Chats(client);
        } finally {
            Native.robofy_options_free(options);
        }
        Chats forgotten = chats;
        CLEANER.register(this, forgotten::retire);
    }

    /**
     * Sends a message and waits for the agent's answer. A virtual thread that waits takes no carrier; an interrupt cancels
     * the chat. The agent may have seen the message by then.
     *
     * @throws RobofyException why there is no answer
     * @throws IllegalStateException the client is closed
     */
    public Reply whatsappChat(Message message) throws InterruptedException {
        CompletableFuture<Reply> answer = submit(message, chats::submitToWait);
        try {
            return answer.get();
        } catch (InterruptedException interrupt) {
            answer.cancel(true);
            throw interrupt;
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Error error) {
                throw error;
            }
            throw (RobofyException) failure.getCause().fillInStackTrace(); // the caller's, not the collector's
        }
    }

    /**
     * Sends a message without waiting. The future fails with a {@link RobofyException}; to cancel it, or to complete it
     * otherwise, is to cancel the chat.
     *
     * @throws RobofyException nothing was sent
     * @throws IllegalStateException the client is closed
     */
    public CompletableFuture<Reply> whatsappChatAsync(Message message) {
        return submit(message, chats::submit);
    }

    private CompletableFuture<Reply> submit(Message message, Function<Pointer, CompletableFuture<Reply>> submission) {
        Objects.requireNonNull(message, "message must not be null");
        Pointer allocated = message.allocate();
        try {
            return submission.apply(allocated);
        } finally {
            Native.robofy_message_free(allocated);
            Reference.reachabilityFence(this);
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
        return Native.text(Native.robofy_version());
    }

    /** Lets go of everything; chats that wait fail with {@link RobofyException.Cancelled}. May be called again. */
    @Override
    public void close() {
        chats.close();
    }
}
