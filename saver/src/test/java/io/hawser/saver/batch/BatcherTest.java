package io.hawser.saver.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.hawser.saver.batch.Batcher.View;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BatcherTest {
    private static EmbeddedMariaDb mariaDb;
    private static DataSource database;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @BeforeAll
    static void startTheDatabase() throws SQLException {
        mariaDb = EmbeddedMariaDb.temporary();
        MysqlDataSource plain = new MysqlDataSource();
        plain.setUrl(mariaDb.jdbcUrl());
        database = plain;
        execute("CREATE TABLE counted (id INT PRIMARY KEY, n INT NOT NULL)");
    }

    @AfterAll
    static void stopTheDatabase() {
        mariaDb.close();
    }

    @BeforeEach
    void twoRows() throws SQLException {
        execute("DELETE FROM counted");
        execute("INSERT INTO counted VALUES (1, 0), (2, 0)");
    }

    @Test
    void whatWaitsTogetherIsServedTogetherAndEachGetsItsOwnAnswer() {
        Gate gate = new Gate();
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        try (Batcher<Integer, Integer> batcher = batcher(100, (connection, batch) -> {
            gate.pass();
            sizes.add(batch.size());
            batch.forEach(asked -> asked.answer(asked.request() * 2));
        })) {
            CompletableFuture<Integer> first = batcher.submit("a", 1);
            gate.awaitArrival();
            List<CompletableFuture<Integer>> rest = submit(batcher, "a", 10);
            gate.open();
            assertThat(first.join()).isEqualTo(2);
            assertThat(rest).extracting(CompletableFuture::join).containsExactly(0, 2, 4, 6, 8, 10, 12, 14, 16, 18);
            assertThat(sizes).containsExactly(1, 10);
        }
    }

    @Test
    void oneThatIsRefusedHarmsNoOtherAndLeavesTheirWorkDone() throws SQLException {
        try (Batcher<Integer, Integer> batcher = batcher(100, (connection, batch) -> {
            for (Asked<Integer, Integer> asked : batch) {
                if (asked.request() == 3) {
                    throw HawserException.refusal(ErrorCode.NOT_FOUND, "three: 3 (expected: another)");
                }
                add(connection, 1);
                asked.answer(asked.request());
            }
        })) {
            List<CompletableFuture<Integer>> all = submit(batcher, "a", 6);
            assertRefused(all.get(3), ErrorCode.NOT_FOUND);
            all.remove(3);
            assertThat(all).extracting(CompletableFuture::join).containsExactly(0, 1, 2, 4, 5);
            assertThat(count(1)).isEqualTo(5);
        }
    }

    @Test
    void aFloodOfOneAppLeavesHalfOfTheQueueToOthersAndIsRefusedBeyond() {
        Gate gate = new Gate();
        try (Batcher<Integer, Integer> batcher = batcher(10, (connection, batch) -> {
            gate.pass();
            batch.forEach(asked -> asked.answer(asked.request()));
        })) {
            CompletableFuture<Integer> first = batcher.submit("flood", 0);
            gate.awaitArrival();
            List<CompletableFuture<Integer>> flood = submit(batcher, "flood", 20);
            CompletableFuture<Integer> other = batcher.submit("other", 7);
            gate.open();
            assertThat(first.join()).isZero();
            assertThat(other.join()).isEqualTo(7);
            assertThat(flood.subList(0, 5))
                    .allSatisfy(each -> assertThat(each.join()).isNotNegative());
            assertRefused(flood.get(6), ErrorCode.RESOURCE_EXHAUSTED);
            assertThat(meters.counter("hawser.saver.batch.refused", "batch", "test")
                            .count())
                    .isEqualTo(14);
        }
    }

    @Test
    void whatHasWaitedForARowAsLongAsItMayIsNotTriedAgain() {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        try (Batcher<Integer, Integer> batcher = batcher(100, (connection, batch) -> {
            attempts.add(batch.size());
            throw new SQLException("Lock wait timeout exceeded", "40001", 1205);
        })) {
            assertRefused(batcher.submit("a", 1), ErrorCode.UNAVAILABLE);
            assertThat(attempts).containsExactly(1);
        }
    }

    /** Each of two batchers locks both rows, in opposite order: one of the two is a deadlock's victim, again and again. */
    @Test
    void aDeadlockIsTriedAgainUntilBothAreThrough() throws Exception {
        try (Batcher<Integer, Integer> upwards = locking(1, 2);
                Batcher<Integer, Integer> downwards = locking(2, 1)) {
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(upwards.submit("a", i));
                all.add(downwards.submit("a", i));
            }
            all.forEach(CompletableFuture::join);
            assertThat(count(1)).isEqualTo(100);
            assertThat(count(2)).isEqualTo(100);
        }
    }

    @Test
    void aDatabaseThatIsAwayIsUnavailable() throws SQLException {
        MysqlDataSource nowhere = new MysqlDataSource();
        nowhere.setUrl("jdbc:mysql://127.0.0.1:1/hawser?connectTimeout=500");
        try (Batcher<Integer, Integer> batcher = new Batcher<>(
                "test", View.COMMITTED, BatchSettings.defaults(), nowhere, meters, (connection, batch) -> {})) {
            assertRefused(batcher.submit("a", 1), ErrorCode.UNAVAILABLE);
        }
    }

    @Test
    void whatTheDatabaseRefusesIsAFaultOfOurs() {
        try (Batcher<Integer, Integer> batcher = batcher(10, (connection, batch) -> {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO counted VALUES (1, 1)")) {
                insert.executeUpdate();
            }
        })) {
            assertRefused(batcher.submit("a", 1), ErrorCode.INTERNAL);
        }
    }

    @Test
    void whatIsLeftWithoutAnAnswerFails() {
        try (Batcher<Integer, Integer> batcher = batcher(10, (connection, batch) -> {})) {
            assertRefused(batcher.submit("a", 1), ErrorCode.INTERNAL);
        }
    }

    @Test
    void closingFinishesWhatIsUnderWayAndFailsWhatWaitsAndWhatComes() throws Exception {
        Gate gate = new Gate();
        Batcher<Integer, Integer> batcher = batcher(100, (connection, batch) -> {
            gate.pass();
            batch.forEach(asked -> asked.answer(asked.request()));
        });
        CompletableFuture<Integer> underWay = batcher.submit("a", 1);
        gate.awaitArrival();
        CompletableFuture<Integer> waiting = batcher.submit("a", 2);
        Thread closing = Thread.ofVirtual().start(batcher::close);
        await().until(waiting::isDone);
        gate.open();
        closing.join();
        assertThat(underWay.join()).isEqualTo(1);
        assertRefused(waiting, ErrorCode.UNAVAILABLE);
        assertRefused(batcher.submit("a", 3), ErrorCode.UNAVAILABLE);
    }

    @Test
    void aCallReturnsItsResultAndFailsAlone() {
        try (StoreCalls calls = new StoreCalls("calls", BatchSettings.defaults(), database, meters)) {
            CompletableFuture<String> one = calls.run("a", connection -> "one");
            CompletableFuture<String> two = calls.run("a", connection -> {
                throw HawserException.refusal(ErrorCode.NOT_FOUND, "two: 2 (expected: 1)");
            });
            assertThat(one.join()).isEqualTo("one");
            assertRefused(two, ErrorCode.NOT_FOUND);
        }
    }

    private Batcher<Integer, Integer> locking(int first, int second) {
        return new Batcher<>(
                "test", View.COMMITTED, new BatchSettings(1, 1_000, 1, 100), database, meters, (connection, batch) -> {
                    for (Asked<Integer, Integer> asked : batch) {
                        add(connection, first);
                        add(connection, second);
                        asked.answer(asked.request());
                    }
                });
    }

    private Batcher<Integer, Integer> batcher(int maxQueued, BatchWork<Integer, Integer> work) {
        return new Batcher<>("test", View.COMMITTED, new BatchSettings(1, maxQueued, 256, 5), database, meters, work);
    }

    private static List<CompletableFuture<Integer>> submit(Batcher<Integer, Integer> batcher, String app, int count) {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(batcher.submit(app, i));
        }
        return all;
    }

    private static void assertRefused(CompletableFuture<?> call, ErrorCode code) {
        assertThatThrownBy(call::join)
                .cause()
                .isInstanceOfSatisfying(
                        HawserException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private static void add(Connection connection, int id) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE counted SET n = n + 1 WHERE id = ?")) {
            update.setInt(1, id);
            update.executeUpdate();
        }
    }

    private static int count(int id) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT n FROM counted WHERE id = ?")) {
            select.setInt(1, id);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    /** Holds whoever comes until it is opened. */
    private static final class Gate {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        void pass() {
            arrived.countDown();
            await(opened);
        }

        void awaitArrival() {
            await(arrived);
        }

        void open() {
            opened.countDown();
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
