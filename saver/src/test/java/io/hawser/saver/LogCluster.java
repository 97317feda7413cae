package io.hawser.saver;

import static org.awaitility.Awaitility.await;

import io.hawser.rpc.id.Seq;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.EraseUserReply;
import io.hawser.rpc.v1.EraseUserRequest;
import io.hawser.saver.backup.Backup;
import io.hawser.saver.backup.Restore;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.erase.UserData;
import io.hawser.saver.erase.UserErasure;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.log.Lane;
import io.hawser.saver.log.LaneMeters;
import io.hawser.saver.log.LaneSettings;
import io.hawser.saver.log.Lanes;
import io.hawser.saver.log.RedisOutages;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.redis.RedisSettings;
import io.hawser.saver.slots.Ownership;
import io.hawser.saver.spool.Spool;
import io.hawser.saver.spool.SpoolMeters;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.api.sync.RedisServerCommands;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Savers without links, by name, that share one Redis and one MariaDB, both of which can be made to fail. */
final class LogCluster implements AutoCloseable {
    private volatile UserData lists = (connection, app, user) -> 0;
    private volatile Function<String, CompletionStage<Set<String>>> mailboxesRead =
            user -> CompletableFuture.completedFuture(Set.of());
    private static final String APP = "demo";
    static final int LANES = SaverHarness.quick().lanes();

    /** Its own; null: others look after Redis. */
    private final @Nullable EmbeddedRedis redis;

    private final EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary();
    private final SaverConfig config;
    private Database database;
    private FaultyDatabase faulty;
    private final RedisClient admin;
    private final SaverHarness.HandMembership membership = new SaverHarness.HandMembership();
    private final Map<String, Node> nodes = new ConcurrentSkipListMap<>();
    /** By node's name: it finds again what its earlier life left. */
    private final Path spools;

    private final Clock clock;
    private long lives;
    /** Whose messages stay in the spools. */
    private volatile Predicate<String> spoolsHeld = user -> false;

    private volatile CompletableFuture<Boolean> spoolsGo = CompletableFuture.completedFuture(true);

    LogCluster(Clock clock) {
        this(clock, EmbeddedRedis.temporary(), "", SaverHarness.quick());
    }

    private LogCluster(Clock clock, @Nullable EmbeddedRedis own, String redisUri, LaneSettings lanes) {
        this.clock = clock;
        spools = temporaryDirectory();
        redis = own;
        String uri = own == null ? redisUri : "redis://" + own.address();
        config = SaverHarness.config(uri, mariaDb.jdbcUrl(), lanes);
        database = Database.open(config.mysql(), new SimpleMeterRegistry());
        faulty = new FaultyDatabase(database.logs());
        admin = own == null ? RedisClient.create() : RedisClient.create(uri);
    }

    /** Returns one with a saver that serves. */
    static LogCluster serving(Clock clock) {
        return serving(new LogCluster(clock));
    }

    /** Returns one with a saver that serves, where logs of which everything is acknowledged leave Redis after so long. */
    static LogCluster servingWhereEmptyLogsLeaveAfter(Duration emptyLifetime) {
        LaneSettings lanes = SaverHarness.quick(emptyLifetime);
        return serving(new LogCluster(Clock.systemUTC(), EmbeddedRedis.temporary(), "", lanes));
    }

    /** Returns one with a saver that serves, where mailboxes go that nobody came for in so long. */
    static LogCluster servingWhereMailboxesGoAfter(Duration longestAbsence, Clock clock) {
        LaneSettings lanes = SaverHarness.quick(LaneSettings.defaults().emptyLifetime(), longestAbsence);
        return serving(new LogCluster(clock, EmbeddedRedis.temporary(), "", lanes));
    }

    /** Says which of a user's mailboxes are read; none are until it is set. */
    void mailboxesRead(Function<String, CompletionStage<Set<String>>> byUser) {
        mailboxesRead = byUser;
    }

    /** Returns what savers that run have counted under a name. */
    double counted(String counter) {
        return nodes.values().stream()
                .mapToDouble(node -> node.meters.counter(counter).count())
                .sum();
    }

    /** Returns one with a saver that serves on that Redis. */
    static LogCluster servingOn(String redisUri) {
        return serving(new LogCluster(Clock.systemUTC(), null, redisUri, SaverHarness.quick()));
    }

    /** Writes all that MySQL has to a file. */
    Backup.Summary backUp(Path file) {
        try {
            return Backup.write(config.mysql(), file, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All savers end, and neither Redis nor MySQL has anything any more. */
    void loseEverything() {
        List.copyOf(nodes.keySet()).forEach(this::crashNode);
        flushRedis();
        drop();
        database.close();
    }

    /** Holds no connection to MySQL any more. */
    void disconnect() {
        database.close();
    }

    /** What the file has is in MySQL, by whatever was there before; no saver runs. */
    Restore.Summary restore(Path file, boolean replace) {
        try {
            return Restore.load(config.mysql(), file, replace, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects again, after a restore. */
    void connect() {
        database = Database.open(config.mysql(), new SimpleMeterRegistry());
        faulty = new FaultyDatabase(database.logs());
    }

    private void drop() {
        try (Connection connection = database.logs().getConnection();
                Statement drop = connection.createStatement()) {
            drop.execute("DROP DATABASE hawser");
            drop.execute("CREATE DATABASE hawser");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("hawser-spools");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LogCluster serving(LogCluster cluster) {
        cluster.startNode("saver-1");
        cluster.awaitOwners();
        // It owns its slots a moment before it has reached Redis.
        new LogCalls(cluster, "first").insist("the first of all");
        cluster.awaitRedis();
        return cluster;
    }

    /** Runs something on the lane that owns the user's slot, where one does. */
    <R> CompletableFuture<R> on(String user, Function<Lane, CompletableFuture<R>> work) {
        int slot = Slot.of(APP, user);
        Peer owner = SlotTable.of(membership.view()).owner(slot);
        Node node = owner == null ? null : nodes.get(owner.name());
        if (node == null) {
            return CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.UNAVAILABLE, "no saver"));
        }
        return work.apply(node.lanes.of(slot));
    }

    /** Runs something on the lane of that saver, whoever owns the user's slot. */
    <R> CompletableFuture<R> onNode(String name, String user, Function<Lane, CompletableFuture<R>> work) {
        return work.apply(node(name).lanes.of(Slot.of(APP, user)));
    }

    /** Returns the name of the saver that is meant to own the user's slot. */
    String ownerOf(String user) {
        return Objects.requireNonNull(SlotTable.of(membership.view()).owner(Slot.of(APP, user)))
                .name();
    }

    /** What erasures do where lists are. */
    void lists(UserData erasing) {
        lists = erasing;
    }

    /** Erases the user on the saver that owns it, where one does. */
    CompletableFuture<EraseUserReply> erase(String user) {
        EraseUserRequest request =
                EraseUserRequest.newBuilder().setApp(APP).setUser(user).build();
        Peer owner = SlotTable.of(membership.view()).owner(Slot.of(APP, user));
        Node node = owner == null ? null : nodes.get(owner.name());
        return node == null
                ? CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.UNAVAILABLE, "no saver"))
                : node.erasure.erase(request);
    }

    /** Returns how many rows the tables and the journal have that name the user, but for the row of its numbers. */
    long rowsOf(String user) {
        long rows = 0;
        for (String table : List.of("message", "tombstone", "request")) {
            rows += count("SELECT COUNT(*) FROM " + table + " WHERE user = '" + user + "'");
        }
        return rows + count("SELECT COUNT(*) FROM journal WHERE INSTR(payload, '" + user + "') > 0");
    }

    /** Has MySQL hold requests and tombstones of the user's first numbers. */
    void writeOldRows(String user, int count) {
        String log = Slot.of(APP, user) + ", '" + APP + "', '" + user + "'";
        update("INSERT INTO request (slot, app, user, request_id, body_hash, seq, accepted_ms, chain) SELECT " + log
                + ", CONCAT('old-', seq), '', seq, 0, '' FROM seq_1_to_" + count);
        update("INSERT INTO tombstone (slot, app, user, seq, reason, at_ms) SELECT " + log
                + ", seq, 3, 0 FROM seq_1_to_" + count);
    }

    private long count(String sql) {
        try (Connection connection = database.logs().getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static LogId id(String user) {
        return new LogId(Slot.of(APP, user), APP, user);
    }

    void startNode(String name) {
        startNode(name, config.redis());
    }

    /** A saver that does not reach Redis, while others do. */
    void startNodeWithoutRedis(String name) {
        startNode(name, SaverHarness.at("redis://127.0.0.1:1"));
    }

    private void startNode(String name, RedisSettings settings) {
        Node node = new Node(name, ++lives, settings);
        nodes.put(name, node);
        membership.join(new Peer("saver", name, "127.0.0.1", 1, node.life, ""));
    }

    boolean isUp(String name) {
        return nodes.containsKey(name);
    }

    int nodeCount() {
        return nodes.size();
    }

    /** All that the node had in memory is gone; what it had on its way may still arrive. */
    void crashNode(String name) {
        Node node = Objects.requireNonNull(nodes.remove(name));
        node.crash();
        membership.leave(name);
    }

    /** The node hands its slots over first. */
    void stopNode(String name) {
        membership.leave(name);
        Node node = Objects.requireNonNull(nodes.remove(name));
        node.ownership.leave(Duration.ofSeconds(20));
        node.crash();
    }

    /** The node hears of no change of the membership any more; where all others are told, it is not there. */
    void cutOff(String name) {
        node(name).view.freeze();
        membership.leave(name);
    }

    /** The node's session with ZooKeeper was lost: it is there again as another life. */
    void loseSession(String name) {
        long life = ++lives;
        node(name).ownership.reborn(life);
        membership.join(new Peer("saver", name, "127.0.0.1", 1, life, ""));
    }

    private Node node(String name) {
        return Objects.requireNonNull(nodes.get(name), name);
    }

    /** Declares the savers' lives over, as another saver does that has not seen them for a while. */
    void fenceAll() {
        update("UPDATE incarnation SET state = 'DEAD' WHERE state = 'ALIVE'");
    }

    void setGeneration(String user, int generation) {
        update("UPDATE slot SET generation = " + generation + " WHERE slot = " + Slot.of(APP, user));
    }

    /** Again where it met a saver's transaction, as who writes beside others has to. */
    private void update(String sql) {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (Connection connection = database.logs().getConnection();
                    Statement update = connection.createStatement()) {
                update.executeUpdate(sql);
                return true;
            } catch (SQLTransactionRollbackException deadlock) {
                return false;
            }
        });
    }

    /** Returns a slot's generation, as MySQL has it. */
    int generation(String user) {
        try (Connection connection = database.logs().getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT generation FROM slot WHERE slot = " + Slot.of(APP, user))) {
            return row.next() ? row.getInt(1) : 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs something on Redis itself. */
    <R> R redis(Function<RedisCommands<String, String>, R> work) {
        try (var connection = admin.connect()) {
            return work.apply(connection.sync());
        }
    }

    /** Has Redis refuse what takes memory, or take it again. */
    void limitRedisMemory(boolean full) {
        redis(commands -> commands.configSet("maxmemory", full ? "1" : "0"));
    }

    /** Has Redis refuse all writes, as it does where it cannot write its files, until it shall not save any more. */
    void failRedisSaves() throws IOException {
        String home = redis(commands -> commands.configGet("dir")).get("dir");
        Path gone = Files.createTempDirectory("hawser-gone");
        redis(commands -> commands.configSet("dir", gone.toString()));
        Files.delete(gone);
        redis(RedisServerCommands::bgsave);
        await().until(() -> redis(RedisCommands::info).contains("rdb_last_bgsave_status:err"));
        // Now, for before it would have begun to save by itself.
        redis(commands -> commands.configSet("save", "1 1"));
        redis(commands -> commands.configSet("dir", home));
    }

    void flushRedis() {
        try (var connection = admin.connect()) {
            connection.sync().flushall();
        }
    }

    void loseMarker(String user) {
        try (var connection = admin.connect()) {
            connection.sync().del("{" + Slot.of(APP, user) + "}g");
        }
    }

    /** Has Redis forget a log's state, as it does when its time is over. */
    void forgetLog(String user) {
        try (var connection = admin.connect()) {
            connection.sync().del("{" + Slot.of(APP, user) + "}s:" + APP + "/" + user);
        }
    }

    /** Has Redis drop a message as an expiry does, but without the tombstone. */
    void forgetMessage(String user, long seq) {
        String log = "{" + Slot.of(APP, user) + "}l:" + APP + "/" + user;
        try (var connection = admin.connect()) {
            connection.sync().xdel(log, Seq.generation(seq) + "-" + Seq.n(seq));
        }
    }

    /** Redis takes bytes and answers nothing (SIGSTOP). */
    void pauseRedis() {
        signal("STOP", Objects.requireNonNull(redis).pid());
    }

    void resumeRedis() {
        signal("CONT", Objects.requireNonNull(redis).pid());
    }

    private static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns how often something has had to stand in for Redis, by lane. */
    double outages() {
        return nodes.values().stream()
                .mapToDouble(node ->
                        node.meters.get("hawser.saver.redis.outages").counter().count())
                .sum();
    }

    /** Until no saver works with Redis. */
    void awaitOutage() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> nodes.values().stream().allMatch(node -> node.lanesWithoutRedis() == LANES));
    }

    /** Until all savers work with Redis: each lane connects by itself. */
    void awaitRedis() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> isWorking() && nodes.values().stream().allMatch(node -> node.lanesWithoutRedis() == 0));
    }

    /** Whether Redis, or what stands in for it, and MySQL answer all savers. */
    boolean isWorking() {
        return nodes.values().stream().allMatch(node -> node.lanes.working());
    }

    /** Closes the savers' connections to Redis. */
    void dropRedisConnections() {
        try (var connection = admin.connect()) {
            connection.sync().clientKill(KillArgs.Builder.typeNormal().skipme());
        }
    }

    /** No saver reaches MySQL any more. */
    void loseMySql() {
        faulty.away(true);
    }

    void reachMySql() {
        faulty.away(false);
    }

    /** MySQL takes bytes and answers nothing (SIGSTOP). */
    void pauseMySql() {
        signal("STOP", mariaDb.pid());
        // A thread of it may still run until one of them has taken the signal.
        await().until(() ->
                Files.readString(Path.of("/proc/" + mariaDb.pid() + "/stat")).contains(") T "));
    }

    void resumeMySql() {
        signal("CONT", mariaDb.pid());
    }

    /** Returns where the spool of that saver is. */
    Path spoolOf(String name) {
        return spools.resolve(name);
    }

    /** What is spooled stays there, until they are let go. */
    void holdSpools(boolean held) {
        spoolsHeld = user -> held;
    }

    /** What is spooled for that user stays there, until all are let go. */
    void holdSpoolsOf(String user) {
        spoolsHeld = user::equals;
    }

    /** What is tried from now on out of the spools is not answered. */
    void blockSpools() {
        spoolsGo = new CompletableFuture<>();
    }

    void unblockSpools() {
        spoolsGo.complete(true);
    }

    /** Has a saver's spool take a request, as if its lane did. */
    CompletableFuture<Boolean> spool(String name, AppendRequest request) {
        return node(name).spool.add(id(request.getUser()), request);
    }

    /** Until all that was spooled is committed. */
    void awaitSpoolsEmpty() {
        awaitSpooled(0);
    }

    /** Until so many messages are not committed that were spooled. */
    void awaitSpooled(int messages) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> nodes.values().stream()
                                .mapToDouble(node -> node.meters
                                        .get("hawser.saver.spool.messages")
                                        .gauge()
                                        .value())
                                .sum()
                        == messages);
    }

    void failNextCommit(FaultyDatabase.Fault fault) {
        faulty.failNext(fault);
    }

    FaultyDatabase.Hold holdNextCommit() {
        return faulty.holdNext();
    }

    /** Until it heals. */
    void failFolds() {
        faulty.failFolds();
    }

    int failedFolds() {
        return faulty.failedFolds();
    }

    void heal() {
        faulty.heal();
    }

    void awaitOwners() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> nodes.values().stream().allMatch(node -> node.ownership.settled()));
    }

    /** Until MySQL's tables have everything that the savers' memory has. */
    void awaitFolded() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> nodes.values().stream()
                        .allMatch(node -> node.lanes.unfolded().join() == 0));
    }

    @Override
    public void close() {
        nodes.values().forEach(Node::crash);
        admin.shutdown();
        database.close();
        if (redis != null) {
            redis.kill();
        }
        mariaDb.kill();
        delete(spools);
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what the test says. */
    private final class Readers extends SaverHarness.Everyone {
        @Override
        public CompletionStage<Set<String>> mailboxesRead(String app, String user) {
            return mailboxesRead.apply(user);
        }
    }

    private final class Node {
        final long life;
        final SaverHarness.Blinkers view = new SaverHarness.Blinkers(membership);
        final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
        final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        final RedisConnector connector;
        final Ownership ownership;
        final Lanes lanes;
        final UserErasure erasure;
        final MeterRegistry meters = new SimpleMeterRegistry();
        final Spool spool;

        Node(String name, long life, RedisSettings settings) {
            this.life = life;
            connector = new RedisConnector(settings);
            ownership = new Ownership(name, life, view, faulty.dataSource(), slot -> true, clock);
            spool = spool(name);
            lanes = new Lanes(
                    config.lanes(),
                    new Lanes.Stores(connector, settings, new RedisOutages(meters, words -> {}), faulty.dataSource()),
                    ownership,
                    new Readers(),
                    spool,
                    clock,
                    ThreadLocalRandom.current(),
                    new LaneMeters(meters),
                    blocking,
                    timer,
                    fenced -> ownership.over());
            erasure = new UserErasure(
                    lanes,
                    faulty.dataSource(),
                    (connection, app, user) -> lists.erase(connection, app, user),
                    List.of(),
                    BatchSettings.defaults(),
                    new SimpleMeterRegistry());
            ownership.start(lanes);
        }

        private Spool spool(String name) {
            return Spool.open(
                    spoolOf(name),
                    name,
                    config.spool(),
                    request -> spoolsHeld.test(request.getUser())
                            ? CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.UNAVAILABLE, "held"))
                            : spoolsGo.thenCompose(go ->
                                    on(request.getUser(), lane -> lane.append(id(request.getUser()), request))),
                    clock,
                    new SpoolMeters(meters, words -> {}));
        }

        int lanesWithoutRedis() {
            return (int) meters.get("hawser.saver.lanes.without.redis").gauge().value();
        }

        void crash() {
            timer.shutdownNow();
            lanes.close();
            erasure.close();
            ownership.close();
            connector.close();
            blocking.shutdown();
            try {
                spool.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
