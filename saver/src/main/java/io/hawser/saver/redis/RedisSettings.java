package io.hawser.saver.redis;

import io.hawser.keeper.config.NoFallback;
import io.hawser.keeper.config.Secret;
import io.hawser.keeper.config.UrlCredentials;
import java.time.Duration;

/**
 * The Redis that holds the working copy.
 *
 * @param uri {@code redis://host:port}, {@code rediss://} for TLS, {@code redis-sentinel://}; no user, no password
 * @param username empty: the default user
 * @param password empty: none
 * @param commandTimeout a connection whose oldest command has waited so long counts as lost
 * @param connectTimeout for a new connection
 * @param reconnectDelay between attempts to connect again
 * @param maxQueuedCommands commands of a lane that are on their way; beyond, requests are refused
 */
public record RedisSettings(
        @NoFallback String uri,
        String username,
        Secret password,
        Duration commandTimeout,
        Duration connectTimeout,
        Duration reconnectDelay,
        int maxQueuedCommands) {
    public RedisSettings {
        UrlCredentials.refuse("uri", uri, "redis");
    }

    public static RedisSettings defaults() {
        return new RedisSettings(
                "redis://127.0.0.1:6379",
                "",
                Secret.none(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofMillis(100),
                65_536);
    }
}
