package ai.robofy;

import com.sun.jna.Pointer;
import java.time.Duration;
import java.util.Objects;

/**
 * One message of a user, and the agent that is to answer it.
 *
 * @param pid the project's ID, or null for the one of the client's {@link Options}
 * @param chatbotId the ID of the project's agent that answers, or null for the one of the client's {@link Options}
 * @param query the user's message
 * @param sessionId names the conversation, commonly the user's number; null lets the service assign one
 * @param userContext more about the user, as the text of a JSON object; may not hold "platform"; or null
 * @param platform where the user writes from, in the service's own words; null for WhatsApp at {@link Client#whatsappChat},
 *     elsewhere for "web"
 * @param timeout for this message in place of the client's, or null
 */
public record Message(
        String pid, String chatbotId, String query, String sessionId, String userContext, String platform, Duration timeout) {
    public Message {
        Objects.requireNonNull(query, "query must not be null");
    }

    public Message(String query) {
        this(null, null, query);
    }

    public Message(String pid, String chatbotId, String query) {
        this(pid, chatbotId, query, null, null, null, null);
    }

    public Message withSessionId(String value) {
        return new Message(pid, chatbotId, query, value, userContext, platform, timeout);
    }

    public Message withUserContext(String json) {
        return new Message(pid, chatbotId, query, sessionId, json, platform, timeout);
    }

    public Message withPlatform(String value) {
        return new Message(pid, chatbotId, query, sessionId, userContext, value, timeout);
    }

    public Message withTimeout(Duration value) {
        return new Message(pid, chatbotId, query, sessionId, userContext, platform, value);
    }

    /** To be freed with robofy_message_free; everything is checked before anything is allocated. */
    Pointer allocate(Account client) {
        byte[] project = client.pidText(pid);
        byte[] agent = client.chatbotIdText(chatbotId);
        byte[] text = Arguments.messageText("query", query);
        byte[] session = sessionId == null ? null : Arguments.messageText("sessionId", sessionId);
        byte[] context = userContext == null ? null : Arguments.messageText("userContext", userContext);
        byte[] writesFrom = platform == null ? null : Arguments.messageText("platform", platform);
        long ms = timeout == null ? 0 : Arguments.milliseconds("timeout", timeout);
        Pointer message = Native.robofy_message_new(project, agent, text);
        Native.robofy_message_set_session_id(message, session);
        Native.robofy_message_set_user_context(message, context);
        Native.robofy_message_set_platform(message, writesFrom);
        Native.robofy_message_set_timeout_ms(message, ms);
        return message;
    }
}
