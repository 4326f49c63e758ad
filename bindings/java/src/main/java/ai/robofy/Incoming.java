package ai.robofy;

import com.sun.jna.Pointer;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** Takes over what the library has read: it is freed with the last of the events. */
    static Incoming take(Pointer incoming) {
        AtomicInteger users = new AtomicInteger(1);
        Runnable letGo = () -> {
            if (users.decrementAndGet() == 0) {
                Native.robofy_incoming_free(incoming);
            }
        };
        try {
            List<Event> events = IntStream.range(0, Native.robofy_incoming_count(incoming))
                    .peek(index -> users.incrementAndGet())
                    .mapToObj(index -> Event.read(Native.robofy_incoming_event(incoming, index), letGo))
                    .toList();
            return new Incoming(events, Native.robofy_incoming_skipped(incoming));
        } finally {
            letGo.run();
        }
    }
}
