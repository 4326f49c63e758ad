package ai.robofy;

import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What the library has of a record. It is beside the record, which is all that the program sees, compares and writes
 * elsewhere, and lives as long.
 */
final class Handle {
    private static final Map<Key, Pointer> OF_RECORDS = new ConcurrentHashMap<>();

    private Handle() {}

    /** The pointer is let go of when the record is forgotten. */
    static <R extends Record> R keep(Pointer pointer, Runnable letGo, R made) {
        Key key = new Key(made);
        OF_RECORDS.put(key, pointer);
        Owned.by(made, () -> {
            OF_RECORDS.remove(key);
            letGo.run();
        });
        return made;
    }

    /** Calls the library with what it has of a record; one that the program has made is refused. */
    static <T> T use(Record made, String elseRefused, Function<Pointer, T> call) {
        Pointer pointer = OF_RECORDS.get(new Key(made));
        if (pointer == null) {
            throw Arguments.invalid(elseRefused);
        }
        try {
            return call.apply(pointer);
        } finally {
            Reference.reachabilityFence(made);
        }
    }

    /** A record by its identity. */
    private static final class Key extends WeakReference<Record> {
        private final int hash;

        Key(Record made) {
            super(made);
            hash = System.identityHashCode(made);
        }

        @Override
        public boolean equals(Object other) {
            return this == other || other instanceof Key key && key.get() != null && key.get() == get();
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
