package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.saver.spool.Spool;
import io.hawser.saver.spool.SpoolMeters;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saver, whole, that finds a spool in its directory: it calls the slots' owners, over links, itself among them. */
final class SpoolStartTest {
    private static final String USER = "alice";
    private static final Duration LONG = Duration.ofSeconds(30);

    private static EmbeddedRedis redis;
    private static EmbeddedMariaDb mariaDb;

    @TempDir
    private Path data;

    @BeforeAll
    static void startStores() {
        redis = EmbeddedRedis.temporary();
        mariaDb = EmbeddedMariaDb.temporary();
    }

    @AfterAll
    static void stopStores() {
        redis.close();
        mariaDb.close();
    }

    @Test
    void whatAnEarlierLifeSpooledIsInItsMailboxOnceAndIsToldWhereItIsNotAcknowledged() throws Exception {
        AppendRequest request = SaverCalls.request(USER, "spooled")
                .setAvailable(true)
                .setWatchMs(60_000)
                .build();
        leave(request);
        var savers = new SaverHarness.HandMembership();
        try (SaverHarness.Instance saver = saver("saver-1", savers);
                SaverCalls calls = new SaverCalls(savers)) {
            await().atMost(LONG).until(saver::ready);
            calls.open(USER, "user");
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(SaverCalls.texts(calls.load(USER, "user", 0)))
                            .containsExactly("spooled"));
            AppendRequest strict =
                    request.toBuilder().setAvailable(false).clearWatchMs().build();
            await().atMost(LONG)
                    .ignoreExceptions()
                    .until(() -> calls.call(USER, SaverGrpc.getAppendMethod(), strict)
                            .getRepeated());
            assertThat(SaverCalls.texts(calls.load(USER, "user", 0))).containsExactly("spooled");
            await().atMost(LONG).until(() -> watches() == 1);
        }
    }

    /** It is stored: neither is it tried for ever, nor put aside as one that was refused. */
    @Test
    void whatIsStoredLeavesTheSpoolThoughItsWatchIsRefusedForGood() throws Exception {
        leave(SaverCalls.request("carol", "unwatched")
                .setAvailable(true)
                .setWatchMs(60_000)
                .build());
        execute("RENAME TABLE delivery_watch TO delivery_watch_away");
        var savers = new SaverHarness.HandMembership();
        try (SaverHarness.Instance saver = saver("saver-3", savers)) {
            var unwatched = saver.meters().counter("hawser.saver.spool.unwatched");
            var waiting = saver.meters().get("hawser.saver.spool.messages").gauge();
            await().atMost(LONG).until(() -> unwatched.count() == 1 && waiting.value() == 0);
            await().atMost(LONG).until(() -> saver.remarkOn("spool").isEmpty());
        } finally {
            execute("RENAME TABLE delivery_watch_away TO delivery_watch");
        }
    }

    /** What is left is stored when it is started again: nobody would store it before. */
    @Test
    void theLastSaverToGoDoesNotWaitForWhatItSpooled() throws Exception {
        var savers = new SaverHarness.HandMembership();
        savers.join(peer("silent"));
        leave(SaverCalls.request(userOfTheSilentOne(), "later")
                .setAvailable(true)
                .build());
        try (SaverHarness.Instance saver = saver("saver-4", savers)) {
            await().atMost(LONG).until(saver::ready);
            var waiting = saver.meters().get("hawser.saver.spool.messages").gauge();
            assertThat(waiting.value()).isEqualTo(1);
            savers.leave("saver-4");
            savers.leave("silent");
            CompletableFuture.runAsync(() -> saver.drain(Duration.ofDays(1))).get(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(waiting.value()).isEqualTo(1);
        }
    }

    private static String userOfTheSilentOne() {
        SlotTable both = SlotTable.of(new Membership.View(1, List.of(peer("saver-4"), peer("silent"))));
        return Stream.iterate(0, n -> n + 1)
                .map(n -> "user-" + n)
                .filter(user -> Objects.requireNonNull(both.owner(Slot.of("demo", user)))
                        .name()
                        .equals("silent"))
                .findFirst()
                .orElseThrow();
    }

    private static Peer peer(String name) {
        return new Peer("saver", name, "127.0.0.1", 1, 1, "");
    }

    /** Nobody chose it, and strict apps are served without. */
    @Test
    void aSaverWhoseOwnDirectoryCannotBeUsedServesWithoutASpool() throws Exception {
        Files.createFile(data.resolve("spool"));
        var savers = new SaverHarness.HandMembership();
        try (SaverHarness.Instance saver = saver("saver-2", savers);
                SaverCalls calls = new SaverCalls(savers)) {
            await().atMost(LONG).until(saver::ready);
            AppendRequest request =
                    SaverCalls.request("bob", "stored").setAvailable(true).build();
            assertThat(calls.call("bob", SaverGrpc.getAppendMethod(), request).getSeq())
                    .isPositive();
            assertThat(saver.remarkOn("spool")).startsWith("none: spool.directory: ");
        }
    }

    private SaverHarness.Instance saver(String name, SaverHarness.HandMembership savers) throws Exception {
        SaverConfig config = SaverHarness.config(redis.address(), mariaDb.jdbcUrl(), SaverHarness.quick());
        return new SaverHarness.Instance(name, config, savers, Clock.systemUTC(), data);
    }

    private static void execute(String sql) throws SQLException {
        try (Database database = TestDatabase.open(mariaDb);
                Connection connection = database.stores().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long watches() throws SQLException {
        try (Database database = TestDatabase.open(mariaDb);
                Connection connection = database.stores().getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT COUNT(*) FROM delivery_watch")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** As a life does that never reached MySQL again. */
    private void leave(AppendRequest request) throws Exception {
        try (Spool spool = Spool.open(
                data.resolve("spool"),
                "saver-1",
                SaverConfig.defaults().spool(),
                again -> CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.UNAVAILABLE, "MySQL: out")),
                Clock.systemUTC(),
                new SpoolMeters(new SimpleMeterRegistry(), words -> {}))) {
            LogId log = new LogId(Slot.of("demo", request.getUser()), "demo", request.getUser());
            spool.add(log, request).get(10, TimeUnit.SECONDS);
        }
    }
}
