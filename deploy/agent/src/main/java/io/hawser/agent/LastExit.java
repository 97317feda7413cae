package io.hawser.agent;

import java.time.Instant;
import java.util.Map;

/**
 * How a process ended the last time.
 *
 * @param code its exit code; 128 and the signal's number where one ended it; -1 where nobody could know
 * @param why in words
 * @param at when
 */
public record LastExit(int code, String why, Instant at) {
    static final int UNKNOWN = -1;
    static final int AS_TOLD = 0;
    static final int KILLED = 137;
    private static final int SIGNALLED = 128;
    private static final Map<Integer, String> SIGNALS =
            Map.of(1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 6, "SIGABRT", 9, "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");
    /** As services end, see {@link io.hawser.keeper.ExitCode}. */
    private static final Map<Integer, String> WORDS = Map.of(
            AS_TOLD,
            "as told",
            2,
            "wrong command line",
            3,
            "wrong configuration",
            4,
            "address in use",
            5,
            "ZooKeeper does not answer",
            6,
            "name in use",
            9,
            "database does not answer",
            70,
            "a fault");

    /** {@code service}: whether its codes mean what those of services do. */
    static LastExit of(int code, boolean service, Instant at) {
        return new LastExit(code, words(code, service), at);
    }

    private static String words(int code, boolean service) {
        if (code == UNKNOWN) {
            return "unknown: it was started by an earlier agent";
        }
        if (code > SIGNALLED) {
            return SIGNALS.getOrDefault(code - SIGNALLED, "signal " + (code - SIGNALLED));
        }
        return service ? WORDS.getOrDefault(code, "") : code == 0 ? "done" : "";
    }
}
