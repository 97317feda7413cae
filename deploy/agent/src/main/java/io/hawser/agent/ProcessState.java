package io.hawser.agent;

/** What a supervised process is doing. */
public enum ProcessState {
    /** Runs; whether it serves is said beside. */
    RUNNING,
    /** Stands still after a SIGSTOP of ours. */
    PAUSED,
    /** Was told to end, and is doing so. */
    STOPPING,
    /** Was told to end, and has; stays so until it is started. */
    DOWN,
    /** Ended by itself; will be started again after a pause. */
    BACKING_OFF,
    /** As before, for so many times in a row that somebody should look. */
    CRASH_LOOP,
    /** Ended with a code that says that it would end the same way again; stays so until it is started. */
    REFUSED
}
