package io.hawser.saver.log;

import java.util.concurrent.CompletionStage;

/** Tells rooms that a message waits. */
public interface Pusher {
    /**
     * Pushes the hint that a user's log has messages up to {@code seq}.
     *
     * @return true when every session of the user was told, or there is none; false when that is not sure
     */
    CompletionStage<Boolean> push(String app, String user, long seq);
}
