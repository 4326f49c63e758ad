package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What a {@link Client} calls. */
abstract class Calls implements ChatClient {
    private static final Logger LOGGER = System.getLogger("ai.robofy");

    final Chats chats;
    private final Account account;

    Calls(Chats chats, Account account) {
        this.chats = chats;
        this.account = account;
    }

    @Override
    public Reply whatsappChat(Message message) throws InterruptedException {
        return await(Call.whatsapp(allocated(message)));
    }

    @Override
    public CompletableFuture<Reply> whatsappChatAsync(Message message) {
        return start(Call.whatsapp(allocated(message)));
    }

    @Override
    public Reply chatSend(Message message) throws InterruptedException {
        return await(Call.chat(allocated(message)));
    }

    @Override
    public CompletableFuture<Reply> chatSendAsync(Message message) {
        return start(Call.chat(allocated(message)));
    }

    /**
     * Calls any endpoint and waits for the whole response, as {@link #whatsappChat} does. GET and HEAD are repeated as
     * messages are; what changes something only where the service cannot have seen it.
     *
     * @throws RobofyException why there is no response of a status from 200 to 299
     * @throws IllegalStateException the client is closed
     */
    public Response request(Request request) throws InterruptedException {
        return await(Call.request(request));
    }

    /** {@link #request} without waiting: to cancel the future, or to complete it otherwise, is to cancel the call. */
    public CompletableFuture<Response> requestAsync(Request request) {
        return start(Call.request(request));
    }

    /** Sends a form with files as a POST to a path, as for {@link #request}. Meanwhile {@link Upload#sent} grows. */
    public Response upload(String path, Upload upload) throws InterruptedException {
        return upload(path, upload, null);
    }

    /** {@link #upload} with a timeout in place of the client's; null is the client's. */
    public Response upload(String path, Upload upload, Duration timeout) throws InterruptedException {
        return await(Call.upload(path, upload, timeout));
    }

    /** {@link #upload} without waiting: to cancel the future, or to complete it otherwise, is to cancel the call. */
    public CompletableFuture<Response> uploadAsync(String path, Upload upload) {
        return uploadAsync(path, upload, null);
    }

    /** {@link #uploadAsync} with a timeout in place of the client's; null is the client's. */
    public CompletableFuture<Response> uploadAsync(String path, Upload upload, Duration timeout) {
        return start(Call.upload(path, upload, timeout));
    }

    /** The leads that the client's agent has collected: see {@link #leads(String, String, String, Duration)}. */
    public Iterable<String> leads() {
        return leads(null, null, null, null);
    }

    /**
     * The leads that an agent has collected. Each is the text of a JSON value, as the service has written it. Each page is
     * asked for when it is needed, and each iterator begins at the first. It waits in native code, which an interrupt does
     * not end.
     *
     * @param pid the project's ID, or null for the one of the client's {@link Options}
     * @param chatbotId the agent's ID, or null for the one of the client's {@link Options}
     * @param sessionId only the leads of this conversation, or null for all
     * @param timeout for each page in place of the client's, or null
     */
    public Iterable<String> leads(String pid, String chatbotId, String sessionId, Duration timeout) {
        byte[] project = account.pidText(pid);
        byte[] agent = account.chatbotIdText(chatbotId);
        byte[] session = sessionId == null ? null : Arguments.messageText("sessionId", sessionId);
        return () -> {
            Pointer leads = Native.robofy_leads_new(project, agent);
            Native.robofy_leads_set_session_id(leads, session);
            return new Leads(leads, each -> ask(timeout, (client, options) -> error ->
                    Native.robofy_leads_next(each, client, options, error)));
        };
    }

    /** The conversations of the client's agent: see {@link #sessions(String, Duration)}. */
    public List<Session> sessions() {
        return sessions(null, null);
    }

    /**
     * The conversations of an agent. It waits in native code, which an interrupt does not end.
     *
     * @param chatbotId the agent's ID, or null for the one of the client's {@link Options}
     * @param timeout in place of the client's, or null
     */
    public List<Session> sessions(String chatbotId, Duration timeout) {
        byte[] agent = account.chatbotIdText(chatbotId);
        Pointer sessions = ask(timeout, (client, options) -> error ->
                Native.robofy_inbox_sessions(client, agent, options, error));
        try {
            return Session.read(sessions);
        } finally {
            Native.robofy_sessions_free(sessions);
        }
    }

    /** The settings of the client's agent: see {@link #agentSettings(String, String, Duration)}. */
    public AgentSettings agentSettings() {
        return agentSettings(null, null, null);
    }

    /**
     * The settings of an agent, which hold a secret. It waits in native code, which an interrupt does not end.
     *
     * @param pid the project's ID, or null for the one of the client's {@link Options}
     * @param chatbotId the agent's ID, or null for the one of the client's {@link Options}
     * @param timeout in place of the client's, or null
     */
    public AgentSettings agentSettings(String pid, String chatbotId, Duration timeout) {
        byte[] project = account.pidText(pid);
        byte[] agent = account.chatbotIdText(chatbotId);
        Pointer settings = ask(timeout, (client, options) -> error ->
                Native.robofy_agent_settings(client, project, agent, options, error));
        try {
            return AgentSettings.read(settings);
        } finally {
            Native.robofy_settings_free(settings);
        }
    }

    /**
     * Sends a message to a path where the agent answers in events, and does not wait: the stream brings them. The service's
     * reference does not name the path. The message's timeout, or else the client's, bounds the time to the first event, and
     * then from each event to the next. The stream goes on when the client is closed.
     *
     * @param path the path below the base URL; it begins with one slash and cannot lead to another host
     * @throws RobofyException nothing was sent
     * @throws IllegalStateException the client is closed
     */
    public AnswerStream stream(String path, Message message) {
        byte[] there = Arguments.text("path", path);
        Pointer allocated = allocated(message);
        try {
            return new AnswerStream(chats.use(client ->
                    checked(error -> Native.robofy_stream_open(client, there, allocated, error))));
        } finally {
            Native.robofy_message_free(allocated);
            Reference.reachabilityFence(this);
        }
    }

    /** The library's inbox, which is the caller's. */
    Pointer inbox(String pid, String chatbotId, InboxOptions options) {
        byte[] project = account.pidText(pid);
        byte[] agent = account.chatbotIdText(chatbotId);
        Pointer settings = Native.robofy_inbox_options_new();
        try {
            options.applyTo(settings);
            return chats.use(client ->
                    checked(error -> Native.robofy_inbox_new(client, project, agent, settings, error)));
        } finally {
            Native.robofy_inbox_options_free(settings);
            Reference.reachabilityFence(this);
        }
    }

    private Pointer allocated(Message message) {
        Objects.requireNonNull(message, "message must not be null");
        return message.allocate(account);
    }

    private <T> CompletableFuture<T> start(Call<T> call) {
        CompletableFuture<T> answer = submitted(call, chats::submit);
        answer.whenComplete((result, failure) -> log(call, result, failure));
        return answer;
    }

    private <T> T await(Call<T> call) throws InterruptedException {
        CompletableFuture<T> answer = submitted(call, chats::submitToWait);
        try {
            T result = answer.get();
            log(call, result, null);
            return result;
        } catch (InterruptedException interrupt) {
            answer.cancel(true);
            throw interrupt;
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Error error) {
                throw error;
            }
            log(call, null, failure.getCause());
            throw (RobofyException) failure.getCause().fillInStackTrace(); // the caller's, not the collector's
        }
    }

    private <T> CompletableFuture<T> submitted(Call<T> call, Function<Call<T>, CompletableFuture<T>> submission) {
        try (call) {
            return submission.apply(call);
        } catch (RobofyException refused) {
            log(call, null, refused);
            throw refused;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Waits in the library, for as long as the timeout says. */
    private Pointer ask(Duration timeout, BiFunction<Pointer, Pointer, Function<PointerByReference, Pointer>> question) {
        Pointer options = Call.options(List.of(), timeout, null);
        try {
            return chats.use(client -> checked(question.apply(client, options)));
        } finally {
            Native.robofy_call_free(options);
            Reference.reachabilityFence(this);
        }
    }

    private static Pointer checked(Function<PointerByReference, Pointer> call) {
        PointerByReference error = new PointerByReference();
        Pointer result = call.apply(error);
        if (error.getValue() != null) {
            throw RobofyException.take(error.getValue());
        }
        return result;
    }

    /** A logger that throws takes no answer away: the program would send the message again. */
    private static <T> void log(Call<T> call, T result, Throwable failure) {
        String name = "a " + call.result().name();
        try {
            if (failure != null) {
                LOGGER.log(Level.DEBUG, () -> name + " failed: " + failure.getMessage());
                return;
            }
            int attempts = call.result().attempts().applyAsInt(result);
            if (attempts > 1) {
                LOGGER.log(Level.DEBUG, () -> name + " was answered at request " + attempts);
            }
        } catch (RuntimeException ofLogger) {
            // It is the logger's to tell.
        }
    }
}
