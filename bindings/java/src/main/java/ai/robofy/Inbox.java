package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Takes what users write, asks the agent once for each burst of messages, and has what comes of them: each {@link Outcome} is
 * to be sent, shown or known. Any number of threads share one. What waits here waits in Java and not in native code; what is
 * kept at a path is synced to disk in native code.
 *
 * <p>It may outlive its client. One that is closed or forgotten leaves what was queued at its path, where the next one goes on,
 * and hands out once more what was not reported.
 */
public final class Inbox implements Iterable<Outcome>, AutoCloseable {
    private final Outcomes outcomes;

    /** An inbox in memory for the agent of the client's {@link Options}, with every default. */
    public Inbox(Client client) {
        this(client, new InboxOptions());
    }

    /** An inbox for the agent of the client's {@link Options}. */
    public Inbox(Client client, InboxOptions options) {
        this(client, null, null, options);
    }

    /**
     * An inbox. What an earlier one has left at its path is taken up at once.
     *
     * @param client what asks the agent
     * @param pid the project's ID, or null for the one of the client's {@link Options}
     * @param chatbotId the agent's ID, or null for the one of the client's {@link Options}
     * @param options how it behaves
     * @throws RobofyException.Storage what is kept at the path cannot be used, and what to do; another inbox may have it
     * @throws RobofyException.InvalidArgument an argument or an option cannot be used
     * @throws IllegalStateException the client is closed
     */
    public Inbox(Client client, String pid, String chatbotId, InboxOptions options) {
        Objects.requireNonNull(client, "client must not be null");
        Objects.requireNonNull(options, "options must not be null");
        Outcomes own = new Outcomes(client.inbox(pid, chatbotId, options));
        outcomes = own;
        Owned.by(this, own::close);
    }

    /**
     * Takes an event of a {@link Webhook}, of any kind. What is {@link Accept#QUEUED} is kept, at a path on disk, when this
     * returns.
     *
     * @return what became of it; never {@link Accept#REFUSED}, which is thrown
     * @throws RobofyException.Storage it is not kept: answer the webhook with 503, and the channel sends it again
     * @throws RobofyException.Overloaded there are as many messages as {@link InboxOptions#maxPending} allows: answer 503 too
     * @throws IllegalStateException the inbox is closed
     */
    public Accept offer(Event event) {
        Objects.requireNonNull(event, "event must not be null");
        return Handle.use(event, "event was not read by a Webhook: offerText takes a text", handle ->
                Accept.of(checked(inbox -> error -> Native.robofy_inbox_offer(inbox, handle, error))));
    }

    /**
     * Takes a text, for who has no webhook. Half of a surrogate pair becomes U+FFFD.
     *
     * @param channelId the business's side of the conversation, which outcomes bear; null where there is one alone
     * @param user the sender's number, or other identifier
     * @param messageId the channel's identifier of the message, by which it is a duplicate when it comes again
     * @param text what the user has written; an empty text is {@link Accept#IGNORED}
     * @return what became of it, as of {@link #offer}, which also throws the same
     */
    public Accept offerText(String channelId, String user, String messageId, String text) {
        byte[] channel = Arguments.textOrNull("channelId", channelId);
        byte[] sender = Arguments.text("user", user);
        byte[] id = Arguments.text("messageId", messageId);
        byte[] written = Arguments.messageText("text", text);
        return Accept.of(checked(inbox -> error ->
                Native.robofy_inbox_offer_text(inbox, channel, sender, id, written, error)));
    }

    /**
     * Waits for the next outcome. An interrupt loses none.
     *
     * @param timeout how long; 0 does not wait
     * @return empty if none came in time, or the inbox was closed meanwhile
     * @throws IllegalStateException the inbox is closed
     */
    public Optional<Outcome> poll(Duration timeout) throws InterruptedException {
        long ms = Arguments.millisecondsOrNone("timeout", timeout);
        outcomes.checkOpen();
        return await(next -> next.get(ms, TimeUnit.MILLISECONDS));
    }

    /**
     * Takes the next outcome without waiting; empty once the inbox is closed. To cancel the future, or to complete it otherwise,
     * loses no outcome.
     */
    public CompletableFuture<Optional<Outcome>> nextAsync() {
        return next(new CompletableFuture<Optional<Outcome>>().defaultExecutor());
    }

    /**
     * The outcomes from now on, each waited for, until the inbox is closed. Threads that share them have an iterator each. An
     * interrupt while it waits is {@link RobofyException.Cancelled}, and the thread is interrupted still; no outcome is lost.
     */
    @Override
    public Iterator<Outcome> iterator() {
        return new Iteration();
    }

    /** {@link #sent(Outcome, int, String)}, where the channel gave no identifier. */
    public void sent(Outcome outcome, int part) {
        sent(outcome, part, null);
    }

    /**
     * A part of an outcome was sent. Only when each is reported does the session go on, and only then does the part not come
     * again after a restart.
     *
     * @param outcome the outcome
     * @param part which of its parts, from 0 on
     * @param providerId the channel's identifier of the message that was sent, or null
     * @throws RobofyException.Storage it is not kept: report it again
     * @throws RobofyException.InvalidArgument there is no such part
     */
    public void sent(Outcome outcome, int part, String providerId) {
        byte[] id = Arguments.textOrNull("providerId", providerId);
        report(outcome, part, (inbox, handle) -> error -> Native.robofy_inbox_sent(inbox, handle, part, id, error));
    }

    /**
     * A part of an outcome could not be sent. Send no more of its parts: what is left of them comes again in another outcome,
     * when it is time. The part is among them unless its code says that it will never be sent, or it has failed too often.
     *
     * @param outcome the outcome
     * @param part which of its parts, from 0 on
     * @param code Meta's error code; else the HTTP status, from 400 on; less than 0 for a connection that was lost
     * @throws RobofyException.Storage it is not kept: report it again
     * @throws RobofyException.InvalidArgument there is no such part
     */
    public void failed(Outcome outcome, int part, int code) {
        report(outcome, part, (inbox, handle) -> error -> Native.robofy_inbox_failed(inbox, handle, part, code, error));
    }

    /**
     * A person has the conversation: the agent is silent, and what is under way for the user ends as
     * {@link OutcomeKind#EXPIRED}.
     *
     * @param sessionId the session, or any other identifier of the user
     * @param time how long, from now on
     * @throws RobofyException.InvalidArgument also if no channel has brought a message yet
     */
    public void pause(String sessionId, Duration time) {
        byte[] session = Arguments.text("sessionId", sessionId);
        long ms = Arguments.millisecondsOrNone("time", time);
        checked(inbox -> error -> Native.robofy_inbox_pause(inbox, session, ms, error));
    }

    /** The agent has the conversation again. Messages that came meanwhile stay unanswered. */
    public void resume(String sessionId) {
        byte[] session = Arguments.text("sessionId", sessionId);
        checked(inbox -> error -> Native.robofy_inbox_resume(inbox, session, error));
    }

    /**
     * A snapshot of the inbox's figures: a JSON object that {@code robofy_inbox_stats} in robofy.h describes.
     *
     * @throws RobofyException.Storage what is kept cannot be read
     */
    public String stats() {
        String stats = use(inbox -> Arguments.take(Native.robofy_inbox_stats(inbox)));
        if (stats == null) {
            throw RobofyException.of(Failure.Facts.of(Status.STORAGE, "what the inbox keeps cannot be read: see to its path"));
        }
        return stats;
    }

    /**
     * Ends chats under way, and lets go of everything before it returns: another inbox may have the path then. Loops and
     * futures that wait end without an outcome. May be called again, by any thread.
     */
    @Override
    public void close() {
        outcomes.close();
    }

    private interface Report {
        Function<PointerByReference, Byte> of(Pointer inbox, Pointer outcome);
    }

    private void report(Outcome outcome, int part, Report report) {
        Objects.requireNonNull(outcome, "outcome must not be null");
        Arguments.atLeast(0, "part", part);
        Handle.use(outcome, "outcome was not polled from an Inbox", handle ->
                checked(inbox -> report.of(inbox, handle)));
    }

    private <T> T checked(Function<Pointer, Function<PointerByReference, T>> call) {
        return use(inbox -> {
            PointerByReference error = new PointerByReference();
            T result = call.apply(inbox).apply(error);
            if (error.getValue() != null) {
                throw RobofyException.take(error.getValue());
            }
            return result;
        });
    }

    private <T> T use(Function<Pointer, T> call) {
        try {
            return outcomes.use(call);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Not forgotten while an outcome is waited for. */
    CompletableFuture<Optional<Outcome>> next(Executor executor) {
        CompletableFuture<Optional<Outcome>> next = outcomes.next(executor);
        next.whenComplete((outcome, failure) -> Reference.reachabilityFence(this));
        return next;
    }

    private interface Wait {
        Optional<Outcome> of(CompletableFuture<Optional<Outcome>> next)
                throws InterruptedException, ExecutionException, TimeoutException;
    }

    private Optional<Outcome> await(Wait wait) throws InterruptedException {
        CompletableFuture<Optional<Outcome>> next = next(Runnable::run);
        try {
            return wait.of(next);
        } catch (TimeoutException late) {
            next.complete(Optional.empty());
            return next.join();
        } catch (InterruptedException interrupt) {
            if (!next.complete(Optional.empty())) {
                next.join().ifPresent(outcomes::giveBack);
            }
            throw interrupt;
        } catch (ExecutionException failure) {
            throw new IllegalStateException("nobody collects any more", failure.getCause()); // there is no memory
        }
    }

    private final class Iteration implements Iterator<Outcome> {
        private Optional<Outcome> taken = Optional.empty();

        @Override
        public boolean hasNext() {
            if (taken.isEmpty()) {
                try {
                    taken = await(CompletableFuture::get);
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                    throw RobofyException.of(Failure.Facts.of(Status.CANCELLED, "the thread was interrupted"));
                }
            }
            return taken.isPresent();
        }

        @Override
        public Outcome next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the inbox is closed");
            }
            Outcome outcome = taken.get();
            taken = Optional.empty();
            return outcome;
        }
    }
}
