package ai.robofy;

import java.util.concurrent.Executor;

/** What the {@link Collector} waits for. */
interface Watched {
    /** Readable while something is to be collected; -1 while nobody waits for it. */
    int descriptor();

    /** Hands out what has come. */
    void collect();

    /** Nobody waits, and nobody will. */
    boolean isDone();

    /** The collector uses it no more. */
    void leave();

    /** Without a collector nobody may be left to wait; who waits next starts another. */
    void giveUp(Throwable failure);

    /** Ends a call for who waits for it: the program's own code must not hold up other calls. */
    static void run(Executor executor, Runnable outcome) {
        try {
            executor.execute(outcome);
        } catch (Throwable noThread) {
            outcome.run();
        }
    }
}
