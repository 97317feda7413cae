package io.hawser.saver.journal;

import io.hawser.keeper.config.NoFallback;
import io.hawser.keeper.config.Secret;
import io.hawser.keeper.config.UrlCredentials;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * The MySQL or MariaDB that what was accepted is committed to.
 *
 * @param jdbcUrl {@code jdbc:mysql://host:port/database}, which may carry the user as a property, and no password
 * @param shard the name that the slot map has for this server: slots on another one are not owned
 * @param username empty: as in the URL
 * @param password empty: none
 * @param logPoolSize connections of the users' logs: commits, folds, reconciling, and who owns which slots
 * @param storePoolSize connections of all else: broadcasts, endpoints, outbox, bans, bodies, directory, purges
 * @param connectTimeout how long a connection is waited for
 * @param statementTimeout how long a statement may take before its connection is given up
 * @param lockTimeout how long a statement may wait for a row that another transaction holds; whole seconds
 */
public record MySqlSettings(
        @NoFallback String jdbcUrl,
        String shard,
        String username,
        Secret password,
        int logPoolSize,
        int storePoolSize,
        Duration connectTimeout,
        Duration statementTimeout,
        Duration lockTimeout) {
    public MySqlSettings {
        UrlCredentials.refuse("jdbcUrl", jdbcUrl, "mysql");
        require(!shard.isBlank(), "shard: '" + shard + "' (expected: a name, such as main)");
        require(logPoolSize >= 1, "logPoolSize: " + logPoolSize + " (expected: at least 1)");
        require(storePoolSize >= 1, "storePoolSize: " + storePoolSize + " (expected: at least 1)");
        // Else it is the connection that is given up, and the statement goes on waiting without it.
        require(
                lockTimeout.toSeconds() >= 1 && lockTimeout.compareTo(statementTimeout) < 0,
                "lockTimeout: " + lockTimeout.toMillis() + "ms (expected: at least 1s, less than statementTimeout, "
                        + statementTimeout.toMillis() + "ms)");
    }

    public static MySqlSettings defaults() {
        return new MySqlSettings(
                "jdbc:mysql://127.0.0.1:3306/hawser",
                "main",
                "",
                Secret.none(),
                8,
                37,
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5));
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
        }
    }
}
