package ai.robofy;

import java.lang.ref.Cleaner;

/** What the library frees when the Java object that uses it is forgotten. */
final class Owned {
    private static final Cleaner CLEANER = Cleaner.create();

    private Owned() {}

    /** The action may not refer to the owner. It runs once: when it is asked to, or when the owner is forgotten. */
    static Cleaner.Cleanable by(Object owner, Runnable free) {
        return CLEANER.register(owner, free);
    }
}
