package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.zaxxer.hikari.HikariDataSource;
import io.hawser.rpc.v1.AppendBroadcastRequest;
import io.hawser.rpc.v1.AppendEventsRequest;
import io.hawser.rpc.v1.AppendUplinkRequest;
import io.hawser.rpc.v1.BanStoreGrpc;
import io.hawser.rpc.v1.BodyStoreGrpc;
import io.hawser.rpc.v1.BroadcastProgress;
import io.hawser.rpc.v1.BroadcastStoreGrpc;
import io.hawser.rpc.v1.ChangeGroupsRequest;
import io.hawser.rpc.v1.CountFruitlessRequest;
import io.hawser.rpc.v1.EndpointCursor;
import io.hawser.rpc.v1.EndpointStoreGrpc;
import io.hawser.rpc.v1.EraseUserRequest;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.rpc.v1.ListBansRequest;
import io.hawser.rpc.v1.ListBroadcastsRequest;
import io.hawser.rpc.v1.ListDeadLettersRequest;
import io.hawser.rpc.v1.ListHeldMailboxesRequest;
import io.hawser.rpc.v1.ListMailboxDeadLettersRequest;
import io.hawser.rpc.v1.ListMembersRequest;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.PutBodyRequest;
import io.hawser.rpc.v1.ReadBansRequest;
import io.hawser.rpc.v1.ReadBodyRequest;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.rpc.v1.ReadDirectoryRequest;
import io.hawser.rpc.v1.ReportProgressRequest;
import io.hawser.rpc.v1.SaveCursorsRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.WatchDeliveryRequest;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.broadcast.BroadcastSettings;
import io.hawser.saver.endpoint.EndpointSettings;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.MySqlSettings;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.lettuce.core.RedisClient;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What keeps the stores busy takes nothing from users' logs. */
final class PoolsTest {
    /** With one worker for each kind of request: all that {@link #busy} holds, and the purge. */
    private static final int STORE_CONNECTIONS = 28;

    private static final CountFruitlessRequest FRUITLESS = CountFruitlessRequest.newBuilder()
            .setApp("demo")
            .setUser("carol")
            .setMailbox("user")
            .build();

    private static EmbeddedRedis redis;
    private static EmbeddedMariaDb mariaDb;

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
    void withAllConnectionsOfTheStoresHeldAppendsAndNewGenerationsOfSlotsGoOn() throws Exception {
        SaverHarness.HandMembership savers = new SaverHarness.HandMembership();
        try (SaverHarness.Instance saver =
                        new SaverHarness.Instance("saver-1", narrow(STORE_CONNECTIONS), savers, Clock.systemUTC());
                SaverCalls calls = new SaverCalls(savers);
                Connection lock = DriverManager.getConnection(mariaDb.jdbcUrl())) {
            await().atMost(Duration.ofSeconds(20)).until(saver::ready);
            calls.open("alice", "user");
            calls.append("alice", "before");
            calls.open("carol", "user");
            long seq = calls.append("carol", "given in vain").getSeq();
            calls.open("dave", "user");
            calls.call(
                    "dave",
                    SaverGrpc.getCountFruitlessMethod(),
                    FRUITLESS.toBuilder().setUser("dave").build());
            CountFruitlessRequest skipping =
                    FRUITLESS.toBuilder().setGiven(seq).setSkipAfterHolds(1).build();
            await().until(() -> calls.call("carol", SaverGrpc.getCountFruitlessMethod(), skipping)
                            .getSkippedTo()
                    == seq);
            try (Statement statement = lock.createStatement()) {
                statement.execute("LOCK TABLES " + String.join(" WRITE, ", storesTables(lock)) + " WRITE");
            }
            busy(calls, seq);
            await().until(() -> held(saver) == STORE_CONNECTIONS);

            calls.append("alice", "while nothing else is served");
            flushRedis();
            calls.append("alice", "in another generation");
            assertThat(saver.meters().counter("hawser.saver.generations").count())
                    .isPositive();
            assertThat(SaverCalls.texts(calls.load("alice", "user", 0)))
                    .containsExactly("before", "while nothing else is served", "in another generation");
            assertThat(held(saver)).isEqualTo(STORE_CONNECTIONS);
        }
    }

    @Test
    void aPoolThatHasLessConnectionsThanWorkersIsRefused() {
        assertThatThrownBy(() -> narrow(STORE_CONNECTIONS - 1))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessage("mysql.storePoolSize: 27 (expected: at least 28, one for each that needs one at once)");
        MySqlSettings few = TestDatabase.at(mariaDb.jdbcUrl(), 14);
        assertThatThrownBy(() -> SaverHarness.config(redis.address(), few, SaverHarness.quick()))
                .isInstanceOf(HawserException.class)
                .hasMessage("mysql.logPoolSize: 14 (expected: at least 15, one for each that needs one at once)");
    }

    @Test
    void poolsThatAreIdleAreSmallAndNineSaversFitIntoTheEmbeddedServerAtTheirLargest() throws SQLException {
        int most = 0;
        try (Database database = TestDatabase.open(mariaDb)) {
            for (DataSource each : List.of(database.logs(), database.stores())) {
                HikariDataSource pool = each.unwrap(HikariDataSource.class);
                assertThat(pool.getMinimumIdle()).isEqualTo(2);
                assertThat(pool.getIdleTimeout()).isEqualTo(60_000);
                most += pool.getMaximumPoolSize();
            }
            assertThat(9L * most).isLessThan(number(database.logs(), "SELECT @@max_connections"));
        }
    }

    @Test
    void noStatementWaitsForARowLongerThanIsConfigured() throws SQLException {
        try (Database database = TestDatabase.open(mariaDb)) {
            assertThat(lockTimeoutSeconds(database.logs())).isEqualTo(5);
            assertThat(lockTimeoutSeconds(database.stores())).isEqualTo(5);
        }
        MySqlSettings normal = MySqlSettings.defaults();
        assertThatThrownBy(() -> new MySqlSettings(
                        normal.jdbcUrl(),
                        normal.shard(),
                        "",
                        normal.password(),
                        8,
                        32,
                        normal.connectTimeout(),
                        normal.statementTimeout(),
                        normal.statementTimeout()))
                .hasMessage("lockTimeout: 10000ms (expected: at least 1s, less than statementTimeout, 10000ms)");
    }

    private static SaverConfig narrow(int storeConnections) {
        MySqlSettings normal = MySqlSettings.defaults();
        BatchSettings one = new BatchSettings(1, 100, 100, 5);
        BroadcastSettings broadcasts = BroadcastSettings.defaults();
        EndpointSettings endpoints = EndpointSettings.defaults();
        return SaverHarness.config(
                redis.address(),
                new MySqlSettings(
                        mariaDb.jdbcUrl(),
                        normal.shard(),
                        "",
                        normal.password(),
                        15,
                        storeConnections,
                        normal.connectTimeout(),
                        normal.statementTimeout(),
                        normal.lockTimeout()),
                SaverHarness.quick(),
                Duration.ofMillis(50),
                new BroadcastSettings(
                        broadcasts.maxUnfinished(),
                        broadcasts.maxEntries(),
                        broadcasts.changeLifetime(),
                        broadcasts.requestLifetime(),
                        broadcasts.taskLifetime(),
                        broadcasts.draftLifetime(),
                        broadcasts.maxListParts(),
                        broadcasts.partsAtOnce(),
                        broadcasts.settle(),
                        broadcasts.entriesInMemory(),
                        one),
                new EndpointSettings(endpoints.maxGroups(), endpoints.cursorLifetime(), one));
    }

    /** All but those of the logs and of the slots. */
    private static List<String> storesTables(Connection connection) throws SQLException {
        List<String> logs = List.of(
                "incarnation", "slot", "journal", "user_log", "message", "tombstone", "request", "schema_history");
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW TABLES")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        tables.removeAll(logs);
        return tables;
    }

    /**
     * One call for each worker.
     *
     * @param seq of a dead letter
     */
    private static void busy(SaverCalls calls, long seq) {
        broadcasts(calls);
        endpoints(calls);
        outbox(calls);
        var _ = calls.ask(BanStoreGrpc.getListBansMethod(), ListBansRequest.getDefaultInstance());
        var _ = calls.ask(BanStoreGrpc.getReadBansMethod(), ReadBansRequest.getDefaultInstance());
        var _ = calls.ask(
                BodyStoreGrpc.getPutBodyMethod(),
                PutBodyRequest.newBuilder()
                        .setApp("demo")
                        .setKey("k")
                        .setBody(ByteString.copyFromUtf8("body"))
                        .build());
        var _ = calls.ask(
                BodyStoreGrpc.getReadBodyMethod(),
                ReadBodyRequest.newBuilder().setApp("demo").setKey("k").build());
        var _ = calls.ask(
                SaverGrpc.getEraseUserMethod(),
                EraseUserRequest.newBuilder().setApp("demo").setUser("erin").build());
        var _ = calls.ask(SaverGrpc.getCountFruitlessMethod(), FRUITLESS);
        var _ = calls.ask(
                SaverGrpc.getOpenMailboxMethod(),
                OpenMailboxRequest.newBuilder()
                        .setApp("demo")
                        .setUser("dave")
                        .setMailbox("user")
                        .build());
        var _ = calls.ask(
                SaverGrpc.getListHeldMailboxesMethod(),
                ListHeldMailboxesRequest.newBuilder().setApp("demo").build());
        var _ = calls.ask(
                SaverGrpc.getListMailboxDeadLettersMethod(),
                ListMailboxDeadLettersRequest.newBuilder().setApp("demo").build());
        var _ = calls.ask(
                SaverGrpc.getMessageStatusMethod(),
                MessageStatusRequest.newBuilder()
                        .setApp("demo")
                        .setUser("carol")
                        .setSeq(seq)
                        .build());
        for (int thread = 0; thread < 2; thread++) {
            var _ = calls.ask(SaverGrpc.getReadDirectoryMethod(), ReadDirectoryRequest.getDefaultInstance());
        }
    }

    private static void broadcasts(SaverCalls calls) {
        var _ = calls.ask(
                BroadcastStoreGrpc.getAppendBroadcastMethod(),
                AppendBroadcastRequest.newBuilder()
                        .setApp("demo")
                        .setRequestId("r")
                        .setExpiresMs(Long.MAX_VALUE)
                        .build());
        var _ = calls.ask(
                BroadcastStoreGrpc.getFollowBroadcastsMethod(),
                FollowBroadcastsRequest.newBuilder()
                        .addApps(FollowedApp.newBuilder().setApp("demo"))
                        .build());
        var _ = calls.ask(
                BroadcastStoreGrpc.getReadBroadcastsMethod(),
                ReadBroadcastsRequest.newBuilder().setApp("demo").build());
        var _ = calls.ask(
                BroadcastStoreGrpc.getReportProgressMethod(),
                ReportProgressRequest.newBuilder()
                        .setRoom("room-1")
                        .addItems(BroadcastProgress.newBuilder().setApp("demo").setBseq(1))
                        .build());
        var _ = calls.ask(
                BroadcastStoreGrpc.getListBroadcastsMethod(),
                ListBroadcastsRequest.newBuilder().setApp("demo").build());
    }

    private static void endpoints(SaverCalls calls) {
        var _ = calls.ask(
                EndpointStoreGrpc.getOpenEndpointMethod(),
                OpenEndpointRequest.newBuilder()
                        .setApp("demo")
                        .setUser("bob")
                        .setDevice("d")
                        .build());
        var _ = calls.ask(
                EndpointStoreGrpc.getChangeGroupsMethod(),
                ChangeGroupsRequest.newBuilder()
                        .setApp("demo")
                        .setUser("bob")
                        .setDevice("d")
                        .addJoin("news")
                        .build());
        var _ = calls.ask(
                EndpointStoreGrpc.getSaveCursorsMethod(),
                SaveCursorsRequest.newBuilder()
                        .addCursors(EndpointCursor.newBuilder()
                                .setApp("demo")
                                .setUser("bob")
                                .setDevice("d"))
                        .build());
        var _ = calls.ask(
                EndpointStoreGrpc.getListMembersMethod(),
                ListMembersRequest.newBuilder().setApp("demo").setGroup("news").build());
    }

    private static void outbox(SaverCalls calls) {
        var _ = calls.ask(
                OutboxGrpc.getAppendUplinkMethod(),
                AppendUplinkRequest.newBuilder()
                        .setApp("demo")
                        .setUser("bob")
                        .setDevice("d")
                        .setInstallationNonce(ByteString.copyFromUtf8("nonce"))
                        .setNumber(1)
                        .setMaxPending(100)
                        .build());
        var _ = calls.ask(
                OutboxGrpc.getAppendEventsMethod(),
                AppendEventsRequest.newBuilder()
                        .addEvents(StateEvent.newBuilder()
                                .setKind(EventKind.EVENT_ONLINE)
                                .setApp("demo")
                                .setUser("bob")
                                .setDevice("d"))
                        .build());
        var _ = calls.ask(
                OutboxGrpc.getWatchDeliveryMethod(),
                WatchDeliveryRequest.newBuilder()
                        .setApp("demo")
                        .setUser("bob")
                        .setSeq(1)
                        .build());
        for (int worker = 0; worker < 2; worker++) {
            var _ = calls.ask(
                    OutboxGrpc.getListDeadLettersMethod(),
                    ListDeadLettersRequest.newBuilder().setApp("demo").build());
        }
    }

    private static double held(SaverHarness.Instance saver) {
        return saver.meters()
                .get("hawser.saver.pool.active")
                .tag("pool", "stores")
                .gauge()
                .value();
    }

    private static void flushRedis() {
        try (RedisClient client = RedisClient.create("redis://" + redis.address());
                var connection = client.connect()) {
            connection.sync().flushall();
        }
    }

    private static long lockTimeoutSeconds(DataSource pool) throws SQLException {
        return number(pool, "SELECT @@innodb_lock_wait_timeout");
    }

    private static long number(DataSource pool, String query) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
