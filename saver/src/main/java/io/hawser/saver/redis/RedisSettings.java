package io.hawser.saver.redis;

import io.hawser.keeper.config.ByteSize;
import io.hawser.keeper.config.NoFallback;
import io.hawser.keeper.config.Secret;
import io.hawser.keeper.config.UrlCredentials;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * The Redis that holds the working copy.
 *
 * @param uri {@code redis://host:port}; {@code redis-sentinel://host:26379,host:26379#name}, by sentinels and the
 *     master's name; {@code redis-cluster://host:port,host:port}, by some nodes; each with {@code rediss} for TLS. No
 *     user, no password
 * @param username empty: the default user
 * @param password empty: none
 * @param sentinelPassword empty: none
 * @param commandTimeout a connection whose oldest command has waited so long counts as lost
 * @param connectTimeout for a new connection
 * @param reconnectDelay between attempts to connect again
 * @param maxQueuedCommands commands of a lane that are on their way; beyond, requests are refused
 * @param awayAfter where it does not answer for so long and there is no connection, MySQL alone serves
 * @param backAfter so long it has to answer before it serves again; twice as long where it was soon lost again, up to
 *     32 times
 * @param memoryInstead what a lane keeps of logs at hand while MySQL alone serves; beyond, the logs that were not
 *     touched for longest are read again when they are
 */
public record RedisSettings(
        @NoFallback String uri,
        String username,
        Secret password,
        Secret sentinelPassword,
        Duration commandTimeout,
        Duration connectTimeout,
        Duration reconnectDelay,
        int maxQueuedCommands,
        Duration awayAfter,
        Duration backAfter,
        ByteSize memoryInstead) {
    public RedisSettings {
        UrlCredentials.refuse("uri", uri, "redis");
        RedisAddress.check(uri);
        positive("awayAfter", awayAfter);
        positive("backAfter", backAfter);
    }

    public static RedisSettings defaults() {
        return new RedisSettings(
                "redis://127.0.0.1:6379",
                "",
                Secret.none(),
                Secret.none(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofMillis(100),
                65_536,
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                ByteSize.ofMebibytes(128));
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: longer than 0)");
        }
    }
}
