package io.hawser.room.broadcast;

import io.hawser.rpc.v1.EntryState;
import java.util.List;

/** Tells subscribers of the logs of their apps. May be used by any thread. */
interface Following {
    /** Begins to tell it: first {@link Subscriber#onStart}, then of all that is new, in order. */
    void join(Subscriber subscriber);

    /** Ends; what is under way still comes. */
    void leave(Subscriber subscriber);

    /** An app's log is known to be this long: read it now, where it is not. */
    void hint(String app, long bseq);

    /** Who is told of an app's log, on the event loop that it lives on. */
    interface Subscriber {
        String app();

        /** Has the task run where the subscriber lives. */
        void execute(Runnable task);

        /** Enough waits there: ask for no more of the app. From any thread. */
        boolean isFull();

        /** All up to here is done with there: what is newer is held for it. From any thread. */
        long doneTo();

        /** Where the log stands, and its newest entries. */
        void onStart(Start start);

        void onNews(News news);
    }

    /**
     * All above {@code from}, up to {@code readTo}, is in the entries.
     *
     * @param change the app's newest change by then: of those up to here nothing is told
     */
    record Start(long from, List<Entry> entries, long readTo, long change, long trimmedTo) {}

    /**
     * @param readTo all that was not told before, up to here, is in the entries
     * @param states of entries that are older, and changed
     * @param users whose groups changed before these entries were made
     * @param allUsers anyone's may have
     * @param heldFrom entries up to here are not to be held any longer
     * @param reset the log is another one: nothing that was told before holds
     */
    record News(
            List<Entry> entries,
            long readTo,
            List<EntryState> states,
            List<String> users,
            boolean allUsers,
            long trimmedTo,
            long heldFrom,
            boolean reset) {
        /** There is nothing new but that less is held. */
        static News less(long readTo, long trimmedTo, long heldFrom) {
            return new News(List.of(), readTo, List.of(), List.of(), false, trimmedTo, heldFrom, false);
        }

        News heldFrom(long from) {
            return new News(entries, readTo, states, users, allUsers, trimmedTo, from, reset);
        }
    }
}
