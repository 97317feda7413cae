package io.hawser.center.http;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * What callers may use of an instance.
 *
 * @param maxRequestBytes largest request; a batch of 1,000 long user ids and the largest body escaped fit the default.
 *     Beyond: 413
 * @param maxConcurrentRequests requests in hand; beyond: 503 with Retry-After, counted
 * @param maxConnections connections of callers; beyond, new ones are not accepted
 * @param idleTimeout a connection without a request is closed after so long
 * @param requestTimeout how long a request may take; beyond: 504
 * @param maxListRequestBytes largest request to begin a broadcast: 100,000 long user ids, all of them escaped, fit the
 *     default. Beyond: 413
 * @param maxListRequests of those over maxRequestBytes in hand at once; beyond: 503 with Retry-After, counted
 */
public record ApiLimits(
        ByteSize maxRequestBytes,
        int maxConcurrentRequests,
        int maxConnections,
        Duration idleTimeout,
        Duration requestTimeout,
        ByteSize maxListRequestBytes,
        int maxListRequests) {
    public ApiLimits {
        atLeast("maxRequestBytes", maxRequestBytes.bytes(), 1024);
        atLeast("maxConcurrentRequests", maxConcurrentRequests, 1);
        atLeast("maxConnections", maxConnections, 1);
        atLeast("idleTimeout (ms)", idleTimeout.toMillis(), 1);
        atLeast("requestTimeout (ms)", requestTimeout.toMillis(), 1);
        atLeast("maxListRequestBytes", maxListRequestBytes.bytes(), maxRequestBytes.bytes());
        atLeast("maxListRequests", maxListRequests, 1);
    }

    public static ApiLimits defaults() {
        return new ApiLimits(
                ByteSize.ofMebibytes(2),
                1_024,
                10_000,
                Duration.ofMinutes(2),
                Duration.ofSeconds(10),
                ByteSize.ofMebibytes(16),
                8);
    }

    private static void atLeast(String name, long value, long min) {
        if (value < min) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: >= " + min + ")");
        }
    }
}
