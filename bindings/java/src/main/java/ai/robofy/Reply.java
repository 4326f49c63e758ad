package ai.robofy;

import com.sun.jna.Pointer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The agent's answer to one message.
 *
 * @param answer the text to forward to the WhatsApp user: never empty
 * @param sessionId the session that the service answered in, or null if it named none
 * @param message the service's own message, such as "Success", or null
 * @param body the response's JSON text as received
 * @param attempts how many requests it took
 * @param elapsed how long it took, retries included
 */
public record Reply(String answer, String sessionId, String message, String body, int attempts, Duration elapsed) {
    /** The answer. */
    @Override
    public String toString() {
        return answer;
    }

    /** {@link #parts(int)} at the 4 096 UTF-16 units of the Cloud API. */
    public List<String> parts() {
        return parts(0);
    }

    /**
     * The answer as the WhatsApp messages to send: {@link WhatsappText#format(String)}, then
     * {@link WhatsappText#split(String, int)}.
     *
     * @param limit the most chars of a part; 0 for the 4 096 of the Cloud API. Twilio takes 1 600
     */
    public List<String> parts(int limit) {
        return WhatsappText.split(WhatsappText.format(answer), limit);
    }

    static Reply read(Pointer reply) {
        return new Reply(
                Arguments.string(Native.robofy_reply_answer(reply)),
                Arguments.string(Native.robofy_reply_session_id(reply)),
                Arguments.string(Native.robofy_reply_message(reply)),
                Arguments.string(Native.robofy_reply_json(reply)),
                Native.robofy_reply_attempts(reply),
                Duration.of(Native.robofy_reply_elapsed_us(reply), ChronoUnit.MICROS));
    }
}
