package io.hawser.saver.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.stores.EmbeddedMariaDb;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a saver says of a MySQL that would lose commits with its power. */
final class DurableTest {
    private static EmbeddedMariaDb mariaDb;
    private static Database database;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> remarks = new ArrayList<>();
    private Durable durable;

    @BeforeAll
    static void startStore() {
        mariaDb = EmbeddedMariaDb.temporary();
        database = TestDatabase.open(mariaDb);
    }

    @AfterAll
    static void stopStore() {
        database.close();
        mariaDb.kill();
    }

    @BeforeEach
    void watch() {
        durable = new Durable(database.stores(), meters, remarks::add);
    }

    @Test
    void theEmbeddedOneKeepsWhatItCommitted() {
        durable.run();
        assertThat(remarks).isEmpty();
        assertThat(isDurable()).isEqualTo(1);
    }

    @Test
    void aSettingThatLosesCommitsIsToldOnceAndSoIsItsEnd() throws SQLException {
        set(2);
        durable.run();
        durable.run();
        assertThat(remarks).hasSize(1);
        assertThat(remarks.getFirst()).startsWith("innodb_flush_log_at_trx_commit = 2 (expected: 1");
        assertThat(isDurable()).isZero();
        set(1);
        durable.run();
        assertThat(remarks).hasSize(2).endsWith("");
        assertThat(isDurable()).isEqualTo(1);
    }

    @Test
    void beforeItHasLookedNothingIsKnown() {
        assertThat(isDurable()).isNaN();
    }

    private double isDurable() {
        return meters.get("hawser.saver.mysql.durable").gauge().value();
    }

    private static void set(int flush) throws SQLException {
        try (Connection connection = database.stores().getConnection();
                Statement set = connection.createStatement()) {
            set.execute("SET GLOBAL innodb_flush_log_at_trx_commit = " + flush);
        }
    }
}
