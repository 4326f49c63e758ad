package ai.robofy;

import com.sun.jna.Pointer;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a webhook's body says. Immutable, and of use on any thread.
 *
 * @param events the events, in the order of the body; none is normal: answer 200
 * @param skipped how many messages and statuses have no identifier or no user, and so are no event: worth a line in a log
 */
public record Incoming(List<Event> events, int skipped) implements Iterable<Event> {
    public Incoming {
        events = List.copyOf(events);
    }

    @Override
    public Iterator<Event> iterator() {
        return events.iterator();
    }

    /** Reads what the library has read, and frees it. */
    static Incoming take(Pointer incoming) {
        try {
            List<Event> events = IntStream.range(0, Native.robofy_incoming_count(incoming))
                    .mapToObj(index -> Event.read(Native.robofy_incoming_event(incoming, index)))
                    .toList();
            return new Incoming(events, Native.robofy_incoming_skipped(incoming));
        } finally {
            Native.robofy_incoming_free(incoming);
        }
    }
}
