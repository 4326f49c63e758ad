package ai.robofy;

import java.util.concurrent.CompletableFuture;

/** What a program needs of a client, so that its own tests can take a {@link FakeClient} in place of a {@link Client}. */
public interface ChatClient extends AutoCloseable {
    /**
     * Sends a message and waits for the agent's answer. A virtual thread that waits takes no carrier; an interrupt cancels
     * the chat. The agent may have seen the message by then.
     *
     * @throws RobofyException why there is no answer
     * @throws IllegalStateException the client is closed
     */
    Reply whatsappChat(Message message) throws InterruptedException;

    /**
     * Sends a message without waiting. The future fails with a {@link RobofyException}; to cancel it, or to complete it
     * otherwise, is to cancel the chat.
     *
     * @throws RobofyException nothing was sent
     * @throws IllegalStateException the client is closed
     */
    CompletableFuture<Reply> whatsappChatAsync(Message message);

    /** Sends a message of any platform and waits for the agent's answer, in all else as {@link #whatsappChat}. */
    Reply chatSend(Message message) throws InterruptedException;

    /** Sends a message of any platform without waiting, in all else as {@link #whatsappChatAsync}. */
    CompletableFuture<Reply> chatSendAsync(Message message);

    /** Lets go of everything; chats that wait fail with {@link RobofyException.Cancelled}. May be called again. */
    @Override
    void close();
}
