package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * Verifies and reads the webhooks of one channel: in one call, so that nobody reads what is not verified. Any number of
 * threads read with it at once, and nothing in it waits. One that is forgotten is freed.
 */
public final class Webhook implements AutoCloseable {
    private final Channel channel;
    private final Pointer webhook;
    private final Cleaner.Cleanable owned;
    /** Whoever reads holds the one, whoever closes the other. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * What reads the webhooks of a channel.
     *
     * @param channel where they come from
     * @param secrets Meta's app secret; WAHA's HMAC key; Evolution API's {@code jwt_key} or the instance's API key; Twilio's
     *     auth token. Several while one is replaced by another. Without any, what is not signed is read, as 360dialog's
     *     webhooks are: something else has to keep strangers away then
     * @throws RobofyException.InvalidArgument a secret is empty: anybody could sign with it
     */
    public Webhook(Channel channel, String... secrets) {
        this.channel = Objects.requireNonNull(channel, "channel must not be null");
        Objects.requireNonNull(secrets, "secrets must not be null");
        List<byte[]> keys = Arrays.stream(secrets).map(each -> Arguments.secret("secret", each)).toList();
        Loader.load();
        PointerByReference error = new PointerByReference();
        Pointer made = Native.robofy_webhook_new(channel.number, keys.isEmpty() ? null : keys.get(0), error);
        if (made == null) {
            throw RobofyException.take(error.getValue());
        }
        webhook = made;
        owned = Owned.by(this, () -> Native.robofy_webhook_free(made));
        keys.stream().skip(1).forEach(key -> Native.robofy_webhook_add_secret(made, key));
    }

    /** {@link #read(byte[], String, String)} of a channel that does not sign the URL: of any but Twilio. */
    public Incoming read(byte[] body, String signature) {
        return read(body, signature, null);
    }

    /**
     * Verifies the body of a POST, and reads it. Fields, types and values that are not known are no error.
     *
     * @param body its bytes as they came: one that was parsed and written again has another signature
     * @param signature the header {@code X-Hub-Signature-256} of Meta, {@code X-Webhook-Hmac} of WAHA, {@code Authorization}
     *     of Evolution API, {@code X-Twilio-Signature} of Twilio; null if the request has none
     * @param url the public URL as Twilio calls it, with its query; null for the other channels, which do not sign it
     * @throws RobofyException.Signature the signature is missing or wrong: answer 401
     * @throws RobofyException.InvalidArgument the body is not JSON (Twilio: a form), is larger than 3 MB or nests deeper than
     *     128 levels: answer 400
     * @throws IllegalStateException the webhook is closed
     */
    public Incoming read(byte[] body, String signature, String url) {
        Objects.requireNonNull(body, "body must not be null");
        byte[] header = signature == null ? null : Arguments.received("signature", signature);
        byte[] address = url == null ? null : Arguments.text("url", url);
        return use(open -> {
            PointerByReference error = new PointerByReference();
            Pointer incoming = Native.robofy_webhook_read(open, address, header, body, body.length, error);
            if (incoming == null) {
                throw RobofyException.take(error.getValue());
            }
            return Incoming.take(incoming);
        });
    }

    /**
     * What to answer, with 200 and as plain text, to the GET by which Meta asks for a webhook; empty if the request is not
     * that, or has another token: answer 403.
     *
     * @param query the query of the request's URL, as it stands there; null if it has none
     * @param verifyToken the token that was entered at Meta
     * @throws IllegalStateException the webhook is closed
     */
    public Optional<String> challenge(String query, String verifyToken) {
        byte[] asked = Arguments.received("query", query == null ? "" : query);
        byte[] token = Arguments.text("verifyToken", verifyToken);
        return use(open -> Optional.ofNullable(Arguments.take(Native.robofy_webhook_challenge(open, asked, token))));
    }

    /** Lets go of the secrets, when the last thread that reads has done so. May be called again, by any thread. */
    @Override
    public void close() {
        Lock alone = use.writeLock();
        alone.lock();
        try {
            closed = true;
            owned.clean();
        } finally {
            alone.unlock();
        }
    }

    /** The channel, and no secret. */
    @Override
    public String toString() {
        return "Webhook[" + channel + "]";
    }

    private <T> T use(Function<Pointer, T> call) {
        Lock shared = use.readLock();
        shared.lock();
        try {
            if (closed) {
                throw new IllegalStateException("this Webhook is closed: make another");
            }
            return call.apply(webhook);
        } finally {
            shared.unlock();
            Reference.reachabilityFence(this);
        }
    }
}
