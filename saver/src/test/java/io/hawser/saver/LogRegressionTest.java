package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.saver.log.GenerationSource;
import io.hawser.saver.log.Lane;
import io.hawser.saver.log.LaneMeters;
import io.hawser.saver.log.Lanes;
import io.hawser.saver.log.RedisOutages;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.slots.Ownership;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Faults that were found by reading, each as the order of events that brings it about. */
final class LogRegressionTest {
    private static final String APP = "demo";
    private static final String PHONE = "class:phone";
    private static final String PC = "class:pc";
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static EmbeddedRedis redis;
    private static EmbeddedMariaDb mariaDb;
    private static Database database;
    private static RedisClient admin;

    private final String user = "user-" + NUMBERS.incrementAndGet();
    private final int slot = Slot.of(APP, user);
    private final LogId id = new LogId(slot, APP, user);
    private final FaultyDatabase faulty = new FaultyDatabase(database().logs());
    private final SaverHarness.HandMembership membership = new SaverHarness.HandMembership();
    private final Closing closing = new Closing();

    @BeforeAll
    static void startStores() {
        redis = EmbeddedRedis.temporary();
        mariaDb = EmbeddedMariaDb.temporary();
        database = TestDatabase.open(mariaDb);
        admin = RedisClient.create("redis://" + redis.address());
    }

    @AfterAll
    static void stopStores() {
        admin.shutdown();
        database.close();
        redis.kill();
        mariaDb.kill();
    }

    @AfterEach
    void stopSavers() {
        closing.all();
    }

    @Test
    void whatWasQueuedBehindARefusedCommitIsNotAcceptedWithoutIt() throws Exception {
        Lane lane = startOwner("saver-1");
        insist(() -> open(lane, PC));
        FaultyDatabase.Hold hold = faulty.holdNext();
        faulty.failNext(FaultyDatabase.Fault.REFUSED);
        CompletableFuture<OpenMailboxReply> refused = open(lane, PHONE);
        hold.awaitCommit();
        CompletableFuture<AppendReply> behind =
                lane.append(id, message("for the phone").setMailbox(PHONE).build());
        await().until(() -> redis(commands -> commands.xlen("{" + slot + "}l:" + APP + "/" + user)) == 1);
        hold.release();
        assertThat(succeeds(refused)).isFalse();
        boolean accepted = succeeds(behind);
        insist(() -> open(lane, PHONE));
        assertThat(texts(lane, PHONE)).isEqualTo(accepted ? List.of("for the phone") : List.of());
    }

    @Test
    void whatSawAMailboxThatWasRefusedIsNotToldThatItIsThere() throws Exception {
        Lane lane = startOwner("saver-1");
        insist(() -> open(lane, PC));
        FaultyDatabase.Hold hold = faulty.holdNext();
        faulty.failNext(FaultyDatabase.Fault.REFUSED);
        CompletableFuture<OpenMailboxReply> refused = open(lane, PHONE);
        hold.awaitCommit();
        redis(commands -> commands.clientPause(1_000));
        CompletableFuture<OpenMailboxReply> again = open(lane, PHONE);
        hold.release();
        assertThat(succeeds(refused)).isFalse();
        boolean there = succeeds(again);
        assertThat(succeedsAtLast(() ->
                        lane.load(id, LoadRequest.newBuilder().setMailbox(PHONE).build())))
                .isEqualTo(there);
    }

    @Test
    void aCommitThatIsRefusedAfterItMayHaveComeThroughIsNotAcceptedTwice() throws Exception {
        Lane lane = startOwner("saver-1");
        insist(() -> open(lane, PHONE));
        AppendRequest request = message("once").build();
        faulty.failNext(FaultyDatabase.Fault.LOST_AFTER);
        faulty.failNext(FaultyDatabase.Fault.REFUSED);
        assertThat(succeeds(lane.append(id, request))).isFalse();
        insist(() -> lane.append(id, request));
        closing.all();
        membership.leave("saver-1");
        Lane next = startOwner("saver-2");
        insist(() -> open(next, PHONE));
        assertThat(texts(next, PHONE)).containsExactly("once");
    }

    @Test
    void aSlotThatWasHalfGivenUpIsServedAgainWhenItIsWantedBack() throws Exception {
        Lane lane = startOwner("saver-1");
        insist(() -> open(lane, PHONE));
        sql("CREATE TRIGGER keeps_slots BEFORE UPDATE ON slot FOR EACH ROW BEGIN"
                + " IF NEW.owner IS NULL THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'fault'; END IF; END");
        try {
            membership.leave("saver-1");
            membership.join(peer("other", 99));
            await().until(() -> !succeeds(open(lane, PHONE)));
            membership.leave("other");
            membership.join(peer("saver-1", 1));
            insist(() -> open(lane, PHONE));
        } finally {
            sql("DROP TRIGGER keeps_slots");
        }
    }

    @Test
    void aSlotThatWasTakenInMySqlAloneIsGivenUpWhenAnotherWantsIt() throws Exception {
        String rival = rivalOf("saver-1");
        sql("RENAME TABLE user_log TO user_log_away");
        try {
            start("saver-1", 1);
            await().until(() -> number("SELECT COUNT(*) FROM slot s JOIN incarnation i ON i.id = s.owner"
                            + " WHERE i.state = 'ALIVE' AND s.slot = " + slot)
                    == 1);
            membership.join(peer(rival, 1));
        } finally {
            sql("RENAME TABLE user_log_away TO user_log");
        }
        Node other = start(rival, 1);
        insist(() -> open(other.lanes.of(slot), PHONE));
    }

    @Test
    void aRedisThatFallsSilentWhileTheScriptsAreLoadedIsNotWaitedForForEver() throws Exception {
        SilentProxy proxy = closing.add(new SilentProxy(redis.port()));
        Node node = start("saver-1", 1, "127.0.0.1:" + proxy.port(), null);
        proxy.awaitSilence();
        proxy.talk();
        insist(() -> open(node.lanes.of(slot), PHONE));
    }

    @Test
    void whoWaitsForAGenerationIsToldWhenRedisIsLost() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Node node = start("lonely", 1, redis.address(), (slots, runId) -> {
            reached.countDown();
            pass(goOn);
            return Map.of();
        });
        try {
            Lane lane = adopt(node, 1_000);
            redis(commands -> commands.del("{" + slot + "}g"));
            CompletableFuture<OpenMailboxReply> waiting = open(lane, PHONE);
            pass(reached);
            redis(commands -> commands.clientKill(KillArgs.Builder.typeNormal().skipme()));
            assertThat(succeeds(waiting)).isFalse();
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void whoWaitsForAGenerationThatRedisIsFarBeyondIsTold() throws Exception {
        AtomicInteger generation = new AtomicInteger(2_000);
        Node node = start("lonely", 1, redis.address(), (slots, runId) -> {
            int next = generation.incrementAndGet();
            return slots.stream().collect(Collectors.toMap(each -> each, each -> next));
        });
        Lane lane = adopt(node, 2_000);
        redis(commands -> commands.set("{" + slot + "}g", "1000000"));
        try {
            assertThat(succeeds(open(lane, PHONE))).isFalse();
        } finally {
            redis(commands -> commands.del("{" + slot + "}g"));
        }
    }

    @Test
    void slotsAreNotLetGoOnceTheLanesAreClosed() throws Exception {
        Node node = start("lonely", 1, redis.address(), (slots, runId) -> Map.of());
        node.lanes.close();
        assertThat(succeeds(node.lanes.release(Set.of(slot)))).isFalse();
    }

    /** Here it is a drain that is about to let them go, and waits for a lock. */
    @Test
    void aLifeThatEndsJustBeforeItsSlotsAreLetGoLeavesThemToItsJournal() throws Exception {
        Node node = start("saver-1", 1);
        Lane lane = node.lanes.of(slot);
        insist(() -> open(lane, PHONE));
        faulty.failFolds();
        insist(() -> lane.append(id, message("accepted").build()));
        CompletableFuture<Void> leaving;
        try (Connection holder = database.logs().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement
                    .executeQuery("SELECT id FROM incarnation WHERE node = 'saver-1' FOR UPDATE")
                    .close();
            leaving = CompletableFuture.runAsync(() -> node.ownership.leave(Duration.ofSeconds(20)));
            await().until(() -> number("SELECT COUNT(*) FROM information_schema.innodb_trx"
                            + " WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%LEAVING%'")
                    == 1);
            node.ownership.reborn(2);
            holder.rollback();
        }
        leaving.get(30, TimeUnit.SECONDS);
        closing.all();
        membership.leave("saver-1");
        faulty.heal();
        Lane next = startOwner("saver-2");
        assertThat(texts(next, PHONE)).containsExactly("accepted");
    }

    @Test
    void slotsAreNeitherTakenNorLetGoBetweenTwoLives() throws Exception {
        Node node = start("lonely", 1, redis.address(), (slots, runId) -> Map.of());
        adopt(node, 3_000);
        node.lanes.abandon("the session is over").get(10, TimeUnit.SECONDS);
        assertThat(succeeds(node.lanes.release(Set.of(slot)))).isFalse();
        assertThat(succeeds(node.lanes.adopt(Map.of(slot, 3_001), Map.of()))).isFalse();
    }

    private static Database database() {
        return database;
    }

    private Lane adopt(Node node, int generation) throws Exception {
        await().until(node.lanes::working);
        try (Connection connection = database.logs().getConnection();
                Statement insert = connection.createStatement()) {
            insert.execute("INSERT IGNORE INTO incarnation (id, node, life, state, started_ms)"
                    + " VALUES (1000000, 'adopting', 1, 'ALIVE', 0)");
        }
        node.lanes.begin(1_000_000).get(10, TimeUnit.SECONDS);
        node.lanes.adopt(Map.of(slot, generation), Map.of()).get(10, TimeUnit.SECONDS);
        Lane lane = node.lanes.of(slot);
        insist(() -> lane.load(id, LoadRequest.newBuilder().setMailbox("none").build())
                .handle((reply, failure) -> String.valueOf(failure).contains("none such"))
                .thenCompose(good -> good
                        ? CompletableFuture.completedFuture(true)
                        : CompletableFuture.failedFuture(new IllegalStateException())));
        return lane;
    }

    private CompletableFuture<OpenMailboxReply> open(Lane lane, String mailbox) {
        return lane.open(id, OpenMailboxRequest.newBuilder().setMailbox(mailbox).build());
    }

    private List<String> texts(Lane lane, String mailbox) {
        LoadReply loaded = insist(
                () -> lane.load(id, LoadRequest.newBuilder().setMailbox(mailbox).build()));
        return loaded.getMessagesList().stream()
                .map(message -> message.getContent().toStringUtf8())
                .toList();
    }

    private AppendRequest.Builder message(String text) {
        return AppendRequest.newBuilder()
                .setApp(APP)
                .setUser(user)
                .setRequestId("request-" + NUMBERS.incrementAndGet())
                .setBodyHash(ByteString.copyFromUtf8(text))
                .setContent(ByteString.copyFromUtf8(text));
    }

    /** Waits for the outcome: there must be one, soon enough for a caller's patience. */
    private static boolean succeeds(CompletableFuture<?> answer) throws InterruptedException {
        try {
            answer.get(8, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    private static boolean succeedsAtLast(Supplier<CompletableFuture<?>> attempt) {
        AtomicBoolean success = new AtomicBoolean();
        await().until(() -> {
            try {
                attempt.get().get(8, TimeUnit.SECONDS);
                success.set(true);
                return true;
            } catch (ExecutionException e) {
                return String.valueOf(e.getCause()).contains("none such");
            }
        });
        return success.get();
    }

    private static <R> R insist(Supplier<CompletableFuture<R>> attempt) {
        AtomicReference<CompletableFuture<R>> last = new AtomicReference<>(attempt.get());
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            if (succeeds(last.get())) {
                return true;
            }
            last.set(attempt.get());
            return false;
        });
        return last.get().join();
    }

    private Lane startOwner(String name) {
        Node node = start(name, 1);
        await().atMost(Duration.ofSeconds(30)).until(node.ownership::settled);
        return node.lanes.of(slot);
    }

    private Node start(String name, long life) {
        Node node = start(name, life, redis.address(), null);
        membership.join(peer(name, life));
        return node;
    }

    private Node start(String name, long life, String redisAddress, @Nullable GenerationSource generations) {
        if (generations == null) {
            membership.join(peer(name, life));
        }
        return closing.add(new Node(name, life, redisAddress, generations));
    }

    /** Returns the name of a saver that has the slot when both are there. */
    private String rivalOf(String name) {
        return IntStream.range(2, 1_000)
                .mapToObj(number -> "saver-" + number)
                .filter(other -> Objects.requireNonNull(SlotTable.of(
                                        new Membership.View(1, List.of(peer(name, 1), peer(other, 1))))
                                .owner(slot))
                        .name()
                        .equals(other))
                .findFirst()
                .orElseThrow();
    }

    private static Peer peer(String name, long life) {
        return new Peer("saver", name, "127.0.0.1", 1, life, "");
    }

    private static <R> R redis(Function<RedisCommands<String, String>, R> work) {
        try (var connection = admin.connect()) {
            return work.apply(connection.sync());
        }
    }

    private static void sql(String text) throws SQLException {
        try (Connection connection = database.logs().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static long number(String query) throws SQLException {
        try (Connection connection = database.logs().getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Closes what a test opened, the last first. */
    private static final class Closing {
        private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();

        <T extends AutoCloseable> T add(T part) {
            opened.push(part);
            return part;
        }

        void all() {
            while (!opened.isEmpty()) {
                try {
                    opened.pop().close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** A saver without links; without an ownership, where its generations come from elsewhere. */
    private final class Node implements AutoCloseable {
        final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
        final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        final RedisConnector connector;
        final Ownership ownership;
        final Lanes lanes;

        Node(String name, long life, String redisAddress, @Nullable GenerationSource generations) {
            SaverConfig config = SaverHarness.config(redisAddress, mariaDb.jdbcUrl(), SaverHarness.quick());
            connector = new RedisConnector(config.redis());
            ownership = new Ownership(name, life, membership, faulty.dataSource(), slot -> true, Clock.systemUTC());
            lanes = new Lanes(
                    config.lanes(),
                    new Lanes.Stores(
                            connector,
                            config.redis(),
                            new RedisOutages(new SimpleMeterRegistry(), words -> {}),
                            faulty.dataSource()),
                    generations == null ? ownership : generations,
                    new SaverHarness.Everyone(),
                    null,
                    Clock.systemUTC(),
                    ThreadLocalRandom.current(),
                    new LaneMeters(new SimpleMeterRegistry()),
                    blocking,
                    timer,
                    fenced -> ownership.over());
            if (generations == null) {
                ownership.start(lanes);
            }
        }

        @Override
        public void close() {
            timer.shutdownNow();
            lanes.close();
            ownership.close();
            connector.close();
            blocking.shutdown();
        }
    }

    /** Leads to Redis, until scripts are to be loaded: then it says nothing more on this connection. */
    private static final class SilentProxy implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final CountDownLatch silent = new CountDownLatch(1);
        private final int redisPort;
        private volatile boolean talks;

        SilentProxy(int redisPort) throws IOException {
            this.redisPort = redisPort;
            threads.execute(this::accept);
        }

        int port() {
            return server.getLocalPort();
        }

        void awaitSilence() {
            pass(silent);
        }

        void talk() {
            talks = true;
        }

        @Override
        public void close() throws IOException {
            server.close();
            threads.shutdownNow();
        }

        private void accept() {
            try {
                while (true) {
                    Socket from = server.accept();
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), redisPort);
                    threads.execute(() -> copy(from, to, !talks));
                    threads.execute(() -> copy(to, from, false));
                }
            } catch (IOException e) {
                // Closed.
            }
        }

        private void copy(Socket from, Socket to, boolean fallsSilent) {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[65_536];
                boolean quiet = false;
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    quiet |= fallsSilent && new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains("SCRIPT");
                    if (quiet) {
                        silent.countDown();
                    } else {
                        out.write(buffer, 0, read);
                        out.flush();
                    }
                }
            } catch (IOException e) {
                // One of the two has closed.
            }
        }
    }
}
