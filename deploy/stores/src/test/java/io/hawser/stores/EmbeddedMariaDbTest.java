package io.hawser.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedMariaDbTest {
    @TempDir
    Path directory;

    @Test
    void keepsItsDataWhenClosedAndStartedAgain() throws SQLException {
        try (EmbeddedMariaDb database = EmbeddedMariaDb.start(directory, 0)) {
            write(database);
        }
        try (EmbeddedMariaDb database = EmbeddedMariaDb.start(directory, 0)) {
            assertThat(one(database, "SELECT name FROM kept")).isEqualTo("ropé");
        }
    }

    @Test
    void keepsEveryCommitWhenKilledAndStartsOnTheSamePort() throws SQLException {
        EmbeddedMariaDb database = EmbeddedMariaDb.start(directory, 0);
        write(database);
        database.kill();
        try (EmbeddedMariaDb again = EmbeddedMariaDb.start(directory, database.port())) {
            assertThat(one(again, "SELECT name FROM kept")).isEqualTo("ropé");
        }
    }

    @Test
    void syncsEachCommit() throws SQLException {
        try (EmbeddedMariaDb database = EmbeddedMariaDb.start(directory, 0)) {
            assertThat(one(database, "SELECT @@innodb_flush_log_at_trx_commit")).isEqualTo("1");
            assertThat(one(database, "SELECT @@log_bin")).isEqualTo("0");
        }
    }

    @Test
    void leavesNoProcessWhenClosed() {
        EmbeddedMariaDb database = EmbeddedMariaDb.start(directory, 0);
        database.close();
        assertThat(ProcessHandle.of(database.pid()).filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(directory.resolve("mariadb.pid")).doesNotExist();
    }

    @Test
    void refusesAPortThatIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedMariaDb.start(directory, other.getLocalPort()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("port: " + other.getLocalPort());
        }
    }

    private static void write(EmbeddedMariaDb database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept (name VARCHAR(20) NOT NULL PRIMARY KEY)");
            statement.execute("INSERT INTO kept VALUES ('ropé')");
        }
    }

    private static String one(EmbeddedMariaDb database, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
