package ai.robofy;

import com.sun.jna.Pointer;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Function;
import java.util.stream.LongStream;

/** The leads of an agent, each the text of a JSON value; each page is asked for when it is needed. */
final class Leads implements Iterator<String> {
    private final Pointer leads;
    private final Cleaner.Cleanable owned;
    private final Function<Pointer, Pointer> nextPage;
    private final Queue<String> rows = new ArrayDeque<>();
    private boolean ended;

    /** Owns the native leads, of which the function gives the next page, or null at their end. */
    Leads(Pointer leads, Function<Pointer, Pointer> nextPage) {
        this.leads = leads;
        this.nextPage = nextPage;
        owned = Owned.by(this, () -> Native.robofy_leads_free(leads));
    }

    @Override
    public boolean hasNext() {
        while (rows.isEmpty() && !ended) {
            turnPage();
        }
        return !rows.isEmpty();
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more leads");
        }
        return rows.remove();
    }

    private void turnPage() {
        Pointer page = nextPage.apply(leads);
        Reference.reachabilityFence(this);
        if (page == null) {
            ended = true;
            owned.clean();
            return;
        }
        try {
            LongStream.range(0, Native.robofy_page_count(page))
                    .forEach(index -> rows.add(Arguments.string(Native.robofy_page_row(page, index))));
        } finally {
            Native.robofy_page_free(page);
        }
    }
}
