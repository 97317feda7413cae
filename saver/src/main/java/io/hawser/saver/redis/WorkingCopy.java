package io.hawser.saver.redis;

import org.jspecify.annotations.Nullable;

/**
 * Where a lane's logs are worked on: runs scripts on them, one after another, and tells what each said. Owned by the
 * lane.
 */
public interface WorkingCopy {
    /** Hears of the answer to one command. */
    interface Callback {
        /** Exactly one of the two is given. */
        void answered(@Nullable Reply reply, @Nullable Throwable failure);
    }

    /** Names what holds the logs of a slot: under another name it is not known what is there. At most 64 characters. */
    String runId(int slot);

    /** Whether it takes Redis's place while that is away. What Redis holds, it cannot reach. */
    boolean standsIn();

    /** Queues a script run. The answers come on the lane's thread, later, in the order of the runs. */
    void run(Script script, byte[][] keys, byte[][] arguments, Callback callback);

    /** Writes what is queued. */
    void flush();
}
