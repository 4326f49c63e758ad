package ai.robofy;

import com.sun.jna.Pointer;
import java.time.Duration;
import java.util.Objects;

/**
 * One message of a WhatsApp user, and the agent that is to answer it.
 *
 * @param pid the project's ID, or null for the one of the client's {@link Options}
 * @param chatbotId the ID of the project's agent that answers, or null for the one of the client's {@link Options}
 * @param query the user's message as WhatsApp delivered it
 * @param sessionId names the conversation, commonly the user's number; null lets the service assign one
 * @param userContext more about the user, as the text of a JSON object; may not hold "platform"; or null
 * @param timeout for this message in place of the client's, or null
 */
public record Message(
        String pid, String chatbotId, String query, String sessionId, String userContext, Duration timeout) {
    public Message {
        Objects.requireNonNull(query, "query must not be null");
    }

    public Message(String query) {
        this(null, null, query);
    }

    public Message(String pid, String chatbotId, String query) {
        this(pid, chatbotId, query, null, null, null);
    }

    public Message withSessionId(String value) {
        return new Message(pid, chatbotId, query, value, userContext, timeout);
    }

    public Message withUserContext(String json) {
        return new Message(pid, chatbotId, query, sessionId, json, timeout);
    }

    public Message withTimeout(Duration value) {
        return new Message(pid, chatbotId, query, sessionId, userContext, value);
    }

    /** To be freed with robofy_message_free; everything is checked before anything is allocated. */
    Pointer allocate(Options client) {
        byte[] project = idText("pid", pid, client.pid());
        byte[] agent = idText("chatbotId", chatbotId, client.chatbotId());
        byte[] text = Arguments.messageText("query", query);
        byte[] session = sessionId == null ? null : Arguments.messageText("sessionId", sessionId);
        byte[] context = userContext == null ? null : Arguments.messageText("userContext", userContext);
        long ms = timeout == null ? 0 : Arguments.milliseconds("timeout", timeout);
        Pointer message = Native.robofy_message_new(project, agent, text);
        Native.robofy_message_set_session_id(message, session);
        Native.robofy_message_set_user_context(message, context);
        Native.robofy_message_set_timeout_ms(message, ms);
        return message;
    }

    private static byte[] idText(String parameter, String own, String clients) {
        String id = own == null ? clients : own;
        if (id == null) {
            throw Arguments.invalid(parameter + " is missing: set it in the Message, or in the client's Options");
        }
        return Arguments.messageText(parameter, id);
    }
}
