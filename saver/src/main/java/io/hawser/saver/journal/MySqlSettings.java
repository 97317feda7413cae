package io.hawser.saver.journal;

import io.hawser.keeper.config.Secret;
import io.hawser.keeper.config.UrlCredentials;
import java.time.Duration;

/**
 * The MySQL or MariaDB that what was accepted is committed to.
 *
 * @param jdbcUrl {@code jdbc:mysql://host:port/database}, which may carry the user as a property, and no password
 * @param username empty: as in the URL
 * @param password empty: none
 * @param poolSize connections, those of the lanes' commits included
 * @param connectTimeout how long a connection is waited for
 * @param statementTimeout how long a statement may take before its connection is given up
 */
public record MySqlSettings(
        String jdbcUrl,
        String username,
        Secret password,
        int poolSize,
        Duration connectTimeout,
        Duration statementTimeout) {
    public MySqlSettings {
        UrlCredentials.refuse("jdbcUrl", jdbcUrl, "mysql");
    }

    public static MySqlSettings defaults() {
        return new MySqlSettings(
                "jdbc:mysql://127.0.0.1:3306/hawser",
                "",
                Secret.none(),
                24,
                Duration.ofSeconds(3),
                Duration.ofSeconds(10));
    }
}
