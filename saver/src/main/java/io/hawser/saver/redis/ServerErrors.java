package io.hawser.saver.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server's error means for the connection that it came by. */
final class ServerErrors {
    /** Of one that cannot write its files, or has fewer replicas than it wants. */
    private static final List<String> REFUSES = List.of("MISCONF", "NOREPLICAS");

    /**
     * Of one that does not know the scripts any more (SCRIPT FLUSH by somebody), or serves others' slots, or is a replica,
     * or has lost its cluster: the next connection loads the scripts again, and perhaps leads elsewhere.
     */
    private static final List<String> LEAVE = List.of("NOSCRIPT", "MOVED", "READONLY", "CLUSTERDOWN");

    private ServerErrors() {}

    /** Whether the server refuses whatever is to be written. */
    static boolean isRefusal(@Nullable Throwable failure) {
        return failure != null && says(String.valueOf(failure.getMessage()), REFUSES);
    }

    /** Whether nothing is to be had by this connection any more. */
    static boolean endsConnection(@Nullable Throwable failure) {
        return isRefusal(failure) || (failure != null && says(String.valueOf(failure.getMessage()), LEAVE));
    }

    /** Whether an error begins with one of these codes, or what a script met does. */
    private static boolean says(String error, List<String> codes) {
        return codes.stream().anyMatch(code -> error.startsWith(code) || error.contains("-" + code + " "));
    }
}
