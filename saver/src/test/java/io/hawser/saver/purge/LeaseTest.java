package io.hawser.saver.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.saver.batch.Sql;
import io.hawser.saver.batch.StoreTransactions;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.stores.EmbeddedMariaDb;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who purges, and in which portions. */
final class LeaseTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Outdated REQUESTS = Outdated.by("request", "accepted_ms");
    private static final int PORTION = 100;

    private static EmbeddedMariaDb mariaDb;
    private static Database database;

    private final MeterRegistry meters = new SimpleMeterRegistry();

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

    @Test
    void oneHasItUntilItGivesItBack() {
        Lease first = new Lease(database.stores(), "saver-1/1", LONG, meters);
        Lease second = lease("saver-2/1", LONG);

        assertThat(first.getAsBoolean()).isTrue();
        assertThat(second.getAsBoolean()).isFalse();
        assertThat(first.getAsBoolean()).isTrue();
        assertThat(meters.get("hawser.saver.purge.leader").gauge().value()).isEqualTo(1);

        first.close();
        assertThat(second.getAsBoolean()).isTrue();
        assertThat(first.getAsBoolean()).isFalse();
        second.close();
    }

    @Test
    void whoDoesNotHaveItGivesNothingBack() {
        Lease first = lease("saver-1/2", LONG);
        Lease second = lease("saver-2/2", LONG);
        assertThat(first.getAsBoolean()).isTrue();
        assertThat(second.getAsBoolean()).isFalse();

        second.close();

        assertThat(lease("saver-3/2", LONG).getAsBoolean()).isFalse();
        first.close();
    }

    @Test
    void whoDoesNotAskInTimeLosesIt() {
        assertThat(lease("saver-1/3", Duration.ofMillis(200)).getAsBoolean()).isTrue();
        Lease second = lease("saver-2/3", LONG);
        await().until(second::getAsBoolean);
        second.close();
    }

    @Test
    void itEndsAtTheSameTimeInEveryZone() {
        String abroad = mariaDb.jdbcUrl() + "&sessionVariables=time_zone='%2B05:30'";
        try (Database there = Database.open(TestDatabase.at(abroad), meters)) {
            Lease lease = new Lease(there.stores(), "saver-1/4", LONG, meters);
            assertThat(lease.getAsBoolean()).isTrue();
            assertThat(Duration.ofMillis(untilMs() - System.currentTimeMillis()))
                    .isBetween(LONG.minusMinutes(10), LONG.plusMinutes(10));
            lease.close();
        }
    }

    @Test
    void aTurnEndsAtItsBoundAndTellsHowFarBehindItIs() {
        int rows = PORTION * Portions.OF_A_TURN + 1;
        writeRequests(rows, 10_000);
        writeRequests(3, 100_000);
        Portions portions = portions();

        assertThat(portions.delete(REQUESTS, 70_000)).isTrue();
        assertThat(deleted()).isEqualTo(rows - 1);
        assertThat(secondsBehind()).isEqualTo(60);

        assertThat(portions.delete(REQUESTS, 70_000)).isFalse();
        assertThat(deleted()).isEqualTo(rows);
        assertThat(secondsBehind()).isZero();
        assertThat(count()).isEqualTo(3);
    }

    private static Lease lease(String holder, Duration time) {
        return new Lease(database.stores(), holder, time, new SimpleMeterRegistry());
    }

    private Portions portions() {
        return new Portions(database.stores(), new PurgeSettings(PORTION, Duration.ZERO), meters);
    }

    private double deleted() {
        return meters.get("hawser.saver.purge.rows")
                .tag("table", "request")
                .counter()
                .count();
    }

    private double secondsBehind() {
        return meters.get("hawser.saver.purge.behind")
                .tag("table", "request")
                .gauge()
                .value();
    }

    private void writeRequests(int count, long acceptedMs) {
        new StoreTransactions(database.stores(), 1, meters)
                .run(connection -> Sql.update(
                        connection,
                        "INSERT INTO request (slot, app, user, request_id, body_hash, seq, accepted_ms, chain)"
                                + " SELECT 1, 'demo', 'wendy', CONCAT(?, '-', seq), '', seq, ?, '' FROM seq_1_to_"
                                + count,
                        acceptedMs,
                        acceptedMs));
    }

    private long untilMs() {
        return new StoreTransactions(database.stores(), 1, meters)
                .run(connection -> Sql.first(connection, "SELECT until_ms FROM lease", row -> row.getLong(1))
                        .orElseThrow());
    }

    private long count() {
        return new StoreTransactions(database.stores(), 1, meters)
                .run(connection -> Sql.first(connection, "SELECT COUNT(*) FROM request", row -> row.getLong(1))
                        .orElseThrow());
    }
}
