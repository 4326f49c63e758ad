package ai.robofy;

import com.sun.jna.Pointer;

/**
 * One event of an {@link AnswerStream}.
 *
 * @param kind what it is about
 * @param name the tool at a tool event that names one, else the service's own name, such as "text-delta"; or null
 * @param text the piece of the answer, the conversation at a session, the reason at a finish; null at any other event
 * @param json the event's JSON text as received
 */
public record StreamEvent(StreamEventKind kind, String name, String text, String json) {
    /** Reads the library's event, and frees it. */
    static StreamEvent take(Pointer event) {
        try {
            return new StreamEvent(
                    StreamEventKind.of(Native.robofy_stream_event_kind(event)),
                    Arguments.string(Native.robofy_stream_event_name(event)),
                    Arguments.string(Native.robofy_stream_event_text(event)),
                    Arguments.string(Native.robofy_stream_event_json(event)));
        } finally {
            Native.robofy_stream_event_free(event);
        }
    }
}
