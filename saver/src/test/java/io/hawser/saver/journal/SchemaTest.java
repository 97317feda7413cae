package io.hawser.saver.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.hawser.stores.EmbeddedMariaDb;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A saver starts whatever an earlier start left of the schema's change. */
final class SchemaTest {
    private static final String NEWEST = "'17'";
    private static final String NOT_RECORDED =
            "DELETE FROM schema_history WHERE version IN ('15', '16', " + NEWEST + ")";

    private static EmbeddedMariaDb mariaDb;

    @BeforeAll
    static void startStore() {
        mariaDb = EmbeddedMariaDb.temporary();
    }

    @AfterAll
    static void stopStore() {
        mariaDb.kill();
    }

    @BeforeEach
    void bringTheSchema() {
        TestDatabase.open(mariaDb).close();
    }

    @Test
    void aChangeThatWasMadeAndNotRecordedIsRepeated() throws SQLException {
        sql(NOT_RECORDED);
        assertStarts();
    }

    @Test
    void aChangeThatIsRecordedAsFailedIsMadeAnew() throws SQLException {
        sql("ALTER TABLE mailbox_hold DROP KEY of_app, ADD KEY of_app (app, user, mailbox)");
        sql("DELETE FROM schema_history WHERE version = " + NEWEST);
        sql("UPDATE schema_history SET success = 0 WHERE version = '16'");
        assertStarts();
    }

    @Test
    void lettersOfTheVersionBeforeAreLettersStill() throws SQLException {
        sql("DROP DATABASE hawser", "CREATE DATABASE hawser");
        Database.migrate(TestDatabase.at(mariaDb.jdbcUrl()), "15");
        String letter = "INSERT INTO mailbox_dead_letter (slot, app, user, mailbox, fruitless, buried_ms, seq, content";
        sql(letter + ") VALUES (1, 'demo', 'alice', 'user', 5, 0, 7, 'message')");
        bringTheSchema();
        sql(letter + ", bytes, header, body_bytes, confirmed)"
                + " VALUES (1, 'demo', 'alice', 'user', 5, 0, 8, 'message', 7, '', 7, FALSE)");
        sql(NOT_RECORDED);
        bringTheSchema();
        assertThat(number("SELECT seq FROM mailbox_dead_letter WHERE confirmed AND bytes = 7 AND header = 'message'"))
                .isEqualTo(7);
        assertThat(number("SELECT seq FROM mailbox_dead_letter WHERE NOT confirmed AND header = ''"))
                .isEqualTo(8);
        sql("DELETE FROM mailbox_dead_letter");
    }

    @Test
    void aChangeMayTakeLongerThanAStatement() throws Exception {
        sql("ALTER TABLE request DROP KEY newest");
        sql("DELETE FROM schema_history WHERE version IN ('14', '15', '16', " + NEWEST + ")");
        CompletableFuture<Void> start;
        try (Connection backup = DriverManager.getConnection(mariaDb.jdbcUrl());
                Statement statement = backup.createStatement()) {
            backup.setAutoCommit(false);
            statement.executeQuery("SELECT COUNT(*) FROM request").close();
            start = CompletableFuture.runAsync(
                    () -> Database.open(hurried(), new SimpleMeterRegistry()).close());
            await().until(() -> start.isDone()
                    || number("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'ALTER%'"
                                    + " AND state LIKE '%metadata lock%' AND time_ms > 1200")
                            == 1);
        }
        assertThatCode(start::join).doesNotThrowAnyException();
        assertStarts();
    }

    private static MySqlSettings hurried() {
        MySqlSettings normal = TestDatabase.at(mariaDb.jdbcUrl());
        return new MySqlSettings(
                normal.jdbcUrl(),
                normal.shard(),
                normal.username(),
                normal.password(),
                normal.logPoolSize(),
                normal.storePoolSize(),
                normal.connectTimeout(),
                Duration.ofMillis(1_001),
                Duration.ofSeconds(1));
    }

    private static void assertStarts() throws SQLException {
        TestDatabase.open(mariaDb).close();
        assertThat(number("SELECT COUNT(*) FROM schema_history WHERE success AND version = " + NEWEST))
                .isEqualTo(1);
        assertThat(columns("newest", "seq")).isEqualTo(1);
        assertThat(columns("of_app", "fruitless")).isEqualTo(1);
        assertThat(number("SELECT COUNT(*) FROM mailbox_dead_letter")).isZero();
    }

    private static long columns(String index, String column) throws SQLException {
        return number("SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()"
                + " AND index_name = '" + index + "' AND column_name = '" + column + "'");
    }

    /** On one connection, for the database that it has may go. */
    private static void sql(String... texts) throws SQLException {
        try (Connection connection = DriverManager.getConnection(mariaDb.jdbcUrl());
                Statement statement = connection.createStatement()) {
            for (String text : texts) {
                statement.execute(text);
            }
        }
    }

    private static long number(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(mariaDb.jdbcUrl());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
