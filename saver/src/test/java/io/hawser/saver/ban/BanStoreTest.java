package io.hawser.saver.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.Ban;
import io.hawser.rpc.v1.DeleteBanRequest;
import io.hawser.rpc.v1.ListBansRequest;
import io.hawser.rpc.v1.PutBanRequest;
import io.hawser.rpc.v1.ReadBansReply;
import io.hawser.rpc.v1.ReadBansRequest;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BanStoreTest {
    private static final int MAX_BANS = 20;
    private static final int MAX_OF_APP = 5;

    private final EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary();
    private final HandClock clock = new HandClock();
    private Database database;
    private BanStore store;

    @BeforeAll
    void openTheStore() {
        database = TestDatabase.open(mariaDb);
        store = new BanStore(
                database.stores(),
                new BanSettings(MAX_BANS, MAX_OF_APP, Duration.ofHours(1)),
                BatchSettings.defaults(),
                clock,
                new SimpleMeterRegistry());
    }

    @AfterAll
    void closeTheStore() {
        store.close();
        database.close();
        mariaDb.kill();
    }

    @BeforeEach
    void liftAll() throws SQLException {
        try (Connection connection = database.stores().getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM ban");
        }
    }

    @Test
    void aChangeIsReadByWhoKnowsAllBefore() {
        Ban first = put(user("alice"));
        Ban second = put(user("bob"));
        assertThat(second.getVersion()).isGreaterThan(first.getVersion());

        ReadBansReply reply = read(first.getVersion());

        assertThat(reply.getBansList()).containsExactly(second);
        assertThat(reply.getWhole()).isFalse();
        assertThat(read(reply.getVersion()).getBansList()).isEmpty();
    }

    @Test
    void aSecondBanOfTheSameReplacesTheFirstAndKeepsItsId() {
        Ban first = put(user("alice").setReason("spam"));
        Ban second = put(user("alice").setReason("worse"));
        assertThat(second.getId()).isEqualTo(first.getId());
        assertThat(list("demo", 0)).containsExactly(second);
        assertThat(put(user("alice").setDevice("phone")).getId()).isNotEqualTo(first.getId());
    }

    @Test
    void whatIsLiftedIsToldAndListedNoMore() {
        Ban ban = put(user("alice"));
        Ban lifted = delete("demo", ban.getId());

        assertThat(lifted.getLifted()).isTrue();
        assertThat(list("demo", 0)).isEmpty();
        assertThat(read(ban.getVersion()).getBansList()).containsExactly(lifted);
        assertThat(refusal(() -> delete("demo", ban.getId()))).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void anAppDoesNotLiftAnothersBan() {
        Ban ban = put(user("alice"));
        assertThat(refusal(() -> delete("other", ban.getId()))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusal(() -> delete("", ban.getId()))).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void whoWasAwayForLongerThanLiftedOnesAreKeptReadsAllAnew() {
        Ban lifted = put(user("alice"));
        delete("demo", lifted.getId());
        Ban kept = put(user("bob"));
        clock.advance(Duration.ofHours(2));
        new BanPurge(database.stores(), clock).run();

        ReadBansReply reply = read(lifted.getVersion());

        assertThat(reply.getWhole()).isTrue();
        assertThat(reply.getBansList()).containsExactly(kept);
        assertThat(read(reply.getVersion()).getWhole()).isFalse();
    }

    @Test
    void whoMissedThatABanWasMadeShorterReadsAllAnewOnceItIsOver() {
        Ban forGood = put(user("alice"));
        put(user("alice").setExpiresMs(clock.millis() + 60_000));
        Ban kept = put(user("bob"));
        clock.advance(Duration.ofMinutes(2));
        new BanPurge(database.stores(), clock).run();

        ReadBansReply reply = read(forGood.getVersion());

        assertThat(reply.getWhole()).isTrue();
        assertThat(reply.getBansList()).containsExactly(kept);
        assertThat(read(reply.getVersion()).getWhole()).isFalse();
    }

    @Test
    void aWholeListComesInParts() {
        for (int i = 0; i < MAX_OF_APP; i++) {
            put(user("u" + i));
        }
        List<String> users = new ArrayList<>();
        ReadBansReply reply = read(ReadBansRequest.newBuilder().setMaxEntries(2));
        assertThat(reply.getWhole()).isTrue();
        reply.getBansList().forEach(ban -> users.add(ban.getUser()));
        while (reply.getMore()) {
            reply = read(ReadBansRequest.newBuilder()
                    .setMaxEntries(2)
                    .setContinues(true)
                    .setSinceVersion(reply.getVersion()));
            assertThat(reply.getWhole()).isFalse();
            reply.getBansList().forEach(ban -> users.add(ban.getUser()));
        }
        assertThat(users).containsExactly("u0", "u1", "u2", "u3", "u4");
    }

    @Test
    void moreThanThereMayBeAreRefusedUntilSomeAreOver() {
        for (int i = 0; i < MAX_OF_APP; i++) {
            put(user("u" + i).setExpiresMs(clock.millis() + 60_000));
        }
        assertThat(refusal(() -> put(user("one too many")))).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        put(user("u0").setReason("of those there are").setExpiresMs(clock.millis() + 60_000));

        clock.advance(Duration.ofMinutes(2));

        assertThat(list("demo", 0)).isEmpty();
        put(user("one too many"));
    }

    @Test
    void anAppThatHasAllItMayHaveLeavesRoomToOthersAndAllAppsToTheCluster() {
        List<String> apps = List.of("a", "b", "c", "d");
        for (int i = 0; i < 18; i++) {
            put(user("u" + i).setApp(apps.get(i / MAX_OF_APP)));
        }
        assertThat(refusal(() -> put(user("one too many").setApp("a")))).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(refusal(() -> put(user("one too many").setApp("d")))).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        put(Ban.newBuilder().setNetwork("192.0.2.0/24"));
        assertThat(refusal(() -> put(user("one too many").setApp("d"))))
                .as("what the cluster uses of its part is not counted")
                .isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        put(Ban.newBuilder().setNetwork("198.51.100.0/24"));
        assertThat(refusal(() -> put(Ban.newBuilder().setNetwork("203.0.113.0/24"))))
                .isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }

    @Test
    void whatHasExpiredIsDeleted() throws SQLException {
        put(user("alice").setExpiresMs(clock.millis() + 1_000));
        put(user("bob"));
        clock.advance(Duration.ofMinutes(1));
        new BanPurge(database.stores(), clock).run();
        assertThat(count("ban")).isEqualTo(1);
    }

    @Test
    void bansOfAllAppsAndOfOneAreListedApart() {
        Ban ofAll = put(Ban.newBuilder().setNetwork("192.0.2.0/24"));
        Ban ofOne = put(Ban.newBuilder().setApp("demo").setNetwork("192.0.2.0/24"));
        assertThat(list("", 0)).containsExactly(ofAll);
        assertThat(list("demo", 0)).containsExactly(ofOne);
        assertThat(list("demo", ofOne.getId())).isEmpty();
    }

    @Test
    void aChangeAndItsAuditEntryAreOne() throws SQLException {
        long before = count("audit");
        AuditEntry entry = AuditEntry.newBuilder().setAct("CreateBan").build();
        store.put(PutBanRequest.newBuilder()
                        .setBan(user("alice"))
                        .setAudit(entry)
                        .build())
                .join();
        assertThat(count("audit")).isEqualTo(before + 1);
        assertThat(refusal(() -> store.delete(DeleteBanRequest.newBuilder()
                                .setApp("demo")
                                .setId(999_999)
                                .setAudit(entry)
                                .build())
                        .join()))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(count("audit")).isEqualTo(before + 1);
    }

    @TestFactory
    Stream<DynamicTest> whatIsNoBanIsRefused() {
        return Stream.of(
                bad("of nobody", Ban.newBuilder().setApp("demo")),
                bad("of a user of no app", Ban.newBuilder().setUser("alice")),
                bad("of a user and a network", user("alice").setNetwork("192.0.2.0/24")),
                bad(
                        "of a device of a network",
                        Ban.newBuilder().setApp("demo").setDevice("d").setNetwork("192.0.2.0/24")),
                bad("of what is no network", Ban.newBuilder().setNetwork("here")),
                bad("of a network that is not canonical", Ban.newBuilder().setNetwork("192.0.2.7")),
                bad("of a long user", user("u".repeat(65))),
                bad("of what is no app", user("alice").setApp("No App")));
    }

    private DynamicTest bad(String what, Ban.Builder ban) {
        return DynamicTest.dynamicTest(
                what, () -> assertThat(refusal(() -> put(ban))).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    private static Ban.Builder user(String user) {
        return Ban.newBuilder().setApp("demo").setUser(user);
    }

    private Ban put(Ban.Builder ban) {
        return store.put(PutBanRequest.newBuilder().setBan(ban).build()).join();
    }

    private Ban delete(String app, long id) {
        return store.delete(DeleteBanRequest.newBuilder().setApp(app).setId(id).build())
                .join();
    }

    private List<Ban> list(String app, long afterId) {
        return store.list(ListBansRequest.newBuilder()
                        .setApp(app)
                        .setAfterId(afterId)
                        .build())
                .join()
                .getBansList();
    }

    private ReadBansReply read(long since) {
        return read(ReadBansRequest.newBuilder().setSinceVersion(since));
    }

    private ReadBansReply read(ReadBansRequest.Builder request) {
        return store.read(request.build()).join();
    }

    private static ErrorCode refusal(Supplier<?> call) {
        return catchThrowableOfType(HawserException.class, () -> {
                    try {
                        call.get();
                    } catch (CompletionException e) {
                        throw e.getCause() instanceof HawserException refusal ? refusal : e;
                    }
                })
                .code();
    }

    private long count(String table) throws SQLException {
        try (Connection connection = database.stores().getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT COUNT(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static final class HandClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
