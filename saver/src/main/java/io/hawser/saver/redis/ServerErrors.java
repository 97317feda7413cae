package io.hawser.saver.redis;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a server's error means: for the connection that it came by, and for what was asked. */
public final class ServerErrors {
    /** Of one that cannot write its files, or has fewer replicas than it wants. */
    private static final List<String> REFUSES = List.of("MISCONF", "NOREPLICAS");

    /**
     * Of one that does not know the scripts any more (SCRIPT FLUSH by somebody), or serves others' slots, or is a replica,
     * or has lost its cluster: the next connection loads the scripts again, and perhaps leads elsewhere. It changed nothing.
     */
    private static final List<String> LEAVE = List.of("NOSCRIPT", "MOVED", "READONLY", "CLUSTERDOWN");

    /** Of one that refused a script before its first write: a later one is let through. */
    private static final List<String> NO_EFFECT = Stream.of(
                    REFUSES, LEAVE, List.of("OOM", "LOADING", "BUSY", "MASTERDOWN", "ASK", "TRYAGAIN"))
            .flatMap(List::stream)
            .toList();

    private ServerErrors() {}

    /** Whether nothing was changed by what this is the answer to. */
    public static boolean hadNoEffect(@Nullable Throwable failure) {
        return says(failure, NO_EFFECT);
    }

    /** Whether the server refuses whatever is to be written. */
    static boolean isRefusal(@Nullable Throwable failure) {
        return says(failure, REFUSES);
    }

    /** Whether nothing is to be had by this connection any more. */
    static boolean endsConnection(@Nullable Throwable failure) {
        return isRefusal(failure) || says(failure, LEAVE);
    }

    /**
     * Whether an error begins with one of these codes, or what a script met does, which Redis 6 wraps: {@code ERR Error running
     * script ...: -OOM command not allowed}.
     */
    private static boolean says(@Nullable Throwable failure, List<String> codes) {
        String error = failure == null ? "" : String.valueOf(failure.getMessage());
        return codes.stream().anyMatch(code -> error.startsWith(code) || error.contains("-" + code + " "));
    }
}
