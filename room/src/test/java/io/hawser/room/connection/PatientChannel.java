package io.hawser.room.connection;

import io.netty.channel.embedded.EmbeddedChannel;

/**
 * A channel whose loop does nothing in the middle of something else, as a real one's does not: an embedded channel by
 * itself runs what waits for its loop from within a write or a close.
 */
class PatientChannel extends EmbeddedChannel {
    private final boolean registered;
    private boolean turning;

    PatientChannel() {
        registered = true;
    }

    @Override
    public void runPendingTasks() {
        if (turning || !registered) {
            super.runPendingTasks();
        }
    }

    /** Has the loop do what waits for it. */
    void turn() {
        turning = true;
        try {
            runPendingTasks();
        } finally {
            turning = false;
        }
    }
}
