package io.hawser.standalone.backup;

import io.hawser.keeper.config.Secret;
import io.hawser.saver.journal.MySqlSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which MySQL a command is about. A password is in the environment: arguments are seen by all on the machine. */
final class MySqlTarget {
    private static final String PASSWORD = "HAWSER_MYSQL_PASSWORD";

    @Option(
            names = "--mysql",
            paramLabel = "JDBC-URL",
            description = "Savers' mysql.jdbcUrl, such as jdbc:mysql://db:3306/hawser.")
    private @Nullable String url;

    @Option(
            names = "--mysql-user",
            paramLabel = "NAME",
            description = "Else the URL's; the password: " + PASSWORD + ".")
    private String user = "";

    boolean isGiven() {
        return url != null;
    }

    /** @param otherwise the URL where none is given */
    MySqlSettings settings(String otherwise) {
        MySqlSettings normal = MySqlSettings.defaults();
        String password = System.getenv(PASSWORD);
        return new MySqlSettings(
                url == null ? otherwise : url,
                normal.shard(),
                user,
                password == null ? Secret.none() : Secret.of(password),
                normal.logPoolSize(),
                normal.storePoolSize(),
                normal.connectTimeout(),
                normal.statementTimeout(),
                normal.lockTimeout());
    }
}
