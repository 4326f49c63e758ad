package ai.robofy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The daemon thread that collects the completions of all clients of the process, the events that streams wait for, and the
 * outcomes of inboxes: it waits for all of them with one call of poll(2), which ignores a negative descriptor. It starts with
 * the first client that has a chat and ends when none is left.
 *
 * <p>A client is freed only after the collector has left it, and so never while it is polled. A client that comes, or closes
 * without a chat, ends the wait through a pipe. A stream is a client here, and so is an inbox, which is freed at once: what is
 * polled of it is a copy of its descriptor.
 */
final class Collector {
    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;
    private static final long STACK_BYTES = 256 * 1024;

    private static Collector running;

    private final Set<Watched> clients = new LinkedHashSet<>();
    private final Pipe pipe = new Pipe();
    private ByteBuffer fds = ByteBuffer.allocateDirect(0);

    static synchronized void add(Watched client) {
        if (running == null) {
            running = started();
        }
        running.clients.add(client);
        running.pipe.ring();
    }

    /** A client may be done, or have another descriptor. */
    static synchronized void lookAgain() {
        if (running != null) {
            running.pipe.ring();
        }
    }

    private static Collector started() {
        Collector collector = new Collector();
        try {
            Thread thread = new Thread(null, collector::run, "robofy-collect", STACK_BYTES);
            thread.setDaemon(true);
            thread.start();
            return collector;
        } catch (Throwable noThread) {
            collector.pipe.close();
            throw noThread;
        }
    }

    private void run() {
        try {
            for (List<Watched> left = left(); !left.isEmpty(); left = left()) {
                ready(left).forEach(Watched::collect);
            }
        } catch (Throwable failure) { // there is no memory
            end().forEach(client -> client.giveUp(failure));
        }
    }

    /** The clients that are not done; with the last one the collector ends. */
    private List<Watched> left() {
        List<Watched> done = copy();
        done.removeIf(client -> !client.isDone());
        List<Watched> left;
        synchronized (Collector.class) {
            done.forEach(clients::remove);
            left = clients.isEmpty() ? end() : copy();
        }
        done.forEach(Watched::leave);
        return left;
    }

    private List<Watched> copy() {
        synchronized (Collector.class) {
            return new ArrayList<>(clients);
        }
    }

    private List<Watched> end() {
        synchronized (Collector.class) {
            running = null;
            pipe.close();
            return copy();
        }
    }

    /** Waits until a client has completions, or the pipe was written to. */
    private List<Watched> ready(List<Watched> polled) {
        int count = polled.size() + 1;
        if (fds.capacity() < count * POLLFD_BYTES) {
            fds = ByteBuffer.allocateDirect(2 * count * POLLFD_BYTES).order(ByteOrder.nativeOrder());
        }
        put(0, pipe.descriptor());
        for (int i = 1; i < count; i++) {
            put(i, polled.get(i - 1).descriptor());
        }
        pipe.poll(fds, count);
        List<Watched> ready = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            if (fds.getShort(i * POLLFD_BYTES + REVENTS) != 0) {
                ready.add(polled.get(i - 1));
            }
        }
        if (fds.getShort(REVENTS) != 0) {
            synchronized (Collector.class) {
                pipe.empty();
            }
        }
        return ready;
    }

    private void put(int i, int descriptor) {
        fds.putInt(i * POLLFD_BYTES, descriptor);
        fds.putShort(i * POLLFD_BYTES + EVENTS, Pipe.POLLIN);
        fds.putShort(i * POLLFD_BYTES + REVENTS, (short) 0);
    }
}
