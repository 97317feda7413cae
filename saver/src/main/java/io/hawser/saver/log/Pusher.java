package io.hawser.saver.log;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Knows where users are, and tells their rooms that a message waits. */
public interface Pusher {
    /**
     * Pushes the hint that a user's log has messages up to {@code seq}.
     *
     * @return true when every session of the user was told, or there is none; false when that is not sure
     */
    CompletionStage<Boolean> push(String app, String user, long seq);

    /** Returns the user's mailboxes that sessions read; fails where that is not sure. */
    CompletionStage<Set<String>> mailboxesRead(String app, String user);
}
