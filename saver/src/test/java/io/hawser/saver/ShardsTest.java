package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.SaverTotalsRequest;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A saver owns slots whose rows are on its server, and no others. */
final class ShardsTest {
    private static EmbeddedRedis redis;
    private static EmbeddedMariaDb mariaDb;

    @BeforeAll
    static void startStores() {
        redis = EmbeddedRedis.temporary();
        mariaDb = EmbeddedMariaDb.temporary();
        TestDatabase.open(mariaDb).close();
    }

    @AfterAll
    static void stopStores() {
        redis.close();
        mariaDb.close();
    }

    @Test
    void slotsOfAnotherServerAreNotOwnedAndItSaysSo() throws Exception {
        map("(0, 1023, 'main'), (1024, 4095, 'second')");
        SaverHarness.HandMembership savers = new SaverHarness.HandMembership();
        try (SaverHarness.Instance saver = start(savers);
                SaverCalls calls = new SaverCalls(savers)) {
            await().atMost(Duration.ofSeconds(30)).until(saver::ready);
            assertThat(saver.remarkOn("shards"))
                    .isEqualTo("3072 slots are on second: not owned (expected: main, the server at mysql.jdbcUrl)");
            assertThat(calls.call("any", SaverGrpc.getSaverTotalsMethod(), SaverTotalsRequest.getDefaultInstance())
                            .getSlotsOwned())
                    .isEqualTo(1_024);
        }
    }

    @Test
    void aMapThatLeavesASlotOutKeepsASaverFromStarting() throws Exception {
        map("(0, 4094, 'main')");
        assertThatThrownBy(() -> start(new SaverHarness.HandMembership()))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessageContaining("slot 4095 is nowhere");
    }

    private static SaverHarness.Instance start(SaverHarness.HandMembership savers) throws Exception {
        SaverConfig config = SaverHarness.config(redis.address(), mariaDb.jdbcUrl(), SaverHarness.quick());
        return new SaverHarness.Instance("saver-1", config, savers, Clock.systemUTC());
    }

    private static void map(String rows) throws SQLException {
        try (Connection connection = DriverManager.getConnection(mariaDb.jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM slot_shard");
            statement.execute("INSERT INTO slot_shard (first_slot, last_slot, shard) VALUES " + rows);
        }
    }
}
