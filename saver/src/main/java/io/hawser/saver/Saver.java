package io.hawser.saver;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceMain;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.saver.ban.BanPurge;
import io.hawser.saver.ban.BanStore;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.body.BodyStore;
import io.hawser.saver.broadcast.BroadcastPurge;
import io.hawser.saver.broadcast.BroadcastStore;
import io.hawser.saver.broadcast.ListData;
import io.hawser.saver.directory.Directory;
import io.hawser.saver.endpoint.EndpointData;
import io.hawser.saver.endpoint.EndpointStore;
import io.hawser.saver.erase.OutboxData;
import io.hawser.saver.erase.UserData;
import io.hawser.saver.erase.UserErasure;
import io.hawser.saver.hold.HoldStore;
import io.hawser.saver.hold.LetterStore;
import io.hawser.saver.hold.Skips;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.Durable;
import io.hawser.saver.log.LaneMeters;
import io.hawser.saver.log.Lanes;
import io.hawser.saver.log.RedisOutages;
import io.hawser.saver.outbox.Outbox;
import io.hawser.saver.owed.RoomPusher;
import io.hawser.saver.purge.Lease;
import io.hawser.saver.purge.Portions;
import io.hawser.saver.purge.Purges;
import io.hawser.saver.purge.RowPurge;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.slots.Ownership;
import io.hawser.saver.slots.ShardMap;
import io.hawser.saver.spool.Spool;
import io.hawser.saver.spool.SpoolMeters;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The saver: owns slots of users' message logs, keeps them in MySQL and at hand in Redis. */
public final class Saver implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Saver.class);

    private static final int DIRECTORY_QUEUE = 1_000;
    private static final long DURABILITY_EVERY_MINUTES = 5;
    /** Whoever purges has missed so many turns before another one does. */
    private static final int MISSED_PURGES = 3;

    private final Ownership ownership;
    private final @Nullable Spool spool;
    /** Whether any other saver is there. */
    private final BooleanSupplier others;

    private final Deque<AutoCloseable> opened;

    private Saver(Ownership ownership, @Nullable Spool spool, BooleanSupplier others, Deque<AutoCloseable> opened) {
        this.ownership = ownership;
        this.spool = spool;
        this.others = others;
        this.opened = opened;
    }

    public static void main(String[] args) {
        System.exit(ServiceMain.run("saver", SaverConfig.class, args, Saver::start));
    }

    /** Connects the stores, opens the lanes, serves, and begins to take its slots. */
    public static Service start(ServiceContext<SaverConfig> context) throws Exception {
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            return new Wiring(context, opened).start();
        } catch (Exception e) {
            closeAll(opened);
            throw e;
        }
    }

    @Override
    public void drain(Duration atMost) {
        long beganNanos = System.nanoTime();
        ownership.leave(atMost);
        if (spool != null) {
            awaitEmpty(spool, atMost.minusNanos(System.nanoTime() - beganNanos), others);
        }
    }

    @Override
    public void close() {
        closeAll(opened);
    }

    /** What it holds goes to those who own the slots now; where nobody is left to, it stays. */
    private static void awaitEmpty(Spool spool, Duration atMost, BooleanSupplier others) {
        try {
            if (!spool.awaitEmpty(atMost, others)) {
                LOG.warn("The spool is not empty: it is stored when this saver is started again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeAll(Deque<AutoCloseable> opened) {
        while (!opened.isEmpty()) {
            AutoCloseable last = opened.pop();
            try {
                last.close();
            } catch (Exception e) {
                LOG.warn("Closing {} failed", last.getClass().getSimpleName(), e);
            }
        }
    }

    /** What is opened is remembered, to be closed in the opposite order. */
    private record Wiring(ServiceContext<SaverConfig> context, Deque<AutoCloseable> opened) {
        Saver start() {
            SaverConfig config = context.config();
            MeterRegistry meters = context.meters();
            ExecutorService blocking = open(Executors.newVirtualThreadPerTaskExecutor());
            ScheduledExecutorService timer = timer();
            Database database = open(Database.open(config.mysql(), meters));
            RedisConnector redis = open(new RedisConnector(config.redis()));
            @Nullable Spool spool = spool();
            Ownership ownership = new Ownership(
                    context.name(),
                    context.incarnation(),
                    context.members("saver"),
                    database.logs(),
                    reachable(database, config.mysql().shard()),
                    context.clock());
            Lanes lanes = new Lanes(
                    config.lanes(),
                    new Lanes.Stores(redis, config.redis(), outages(), database.logs()),
                    ownership,
                    new RoomPusher(client("register"), client("room"), config.pushTimeout()),
                    spool,
                    context.clock(),
                    ThreadLocalRandom.current(),
                    new LaneMeters(meters),
                    blocking,
                    timer,
                    fenced -> ownership.over());
            open(ownership);
            open(lanes);
            LinkServer server = open(serve(lanes, ownership, database, timer));
            ownership.start(lanes);
            context.onReincarnation(ownership::reborn);
            context.health("slots", ownership::settled);
            context.health("stores", lanes::working);
            open(purges(database));
            watchDurability(database, blocking, timer);
            String host = config.link().reachableHost();
            context.advertise(Advertisement.of(host, server.port(), config.zone()));
            return new Saver(ownership, spool, others(context.members("saver"), context.name()), opened);
        }

        private static BooleanSupplier others(Membership savers, String self) {
            return () -> savers.view().peers().stream()
                    .anyMatch(saver -> !saver.name().equals(self));
        }

        /** Slots on another server are owned by nobody who cannot read there. */
        private IntPredicate reachable(Database database, String shard) {
            ShardMap map = ShardMap.read(database.stores(), context.meters());
            String elsewhere = map.elsewhere(shard);
            if (!elsewhere.isEmpty()) {
                String words = elsewhere + ": not owned (expected: " + shard + ", the server at mysql.jdbcUrl)";
                LOG.error("{}", words);
                context.remark("shards", words);
            }
            return slot -> map.isOn(shard, slot);
        }

        /** Now, and then as often as it may have been changed by somebody. */
        private void watchDurability(Database database, ExecutorService blocking, ScheduledExecutorService timer) {
            Durable durable = new Durable(database.stores(), context.meters(), words -> context.remark("mysql", words));
            var _ = timer.scheduleWithFixedDelay(
                    () -> blocking.execute(durable), 0, DURABILITY_EVERY_MINUTES, TimeUnit.MINUTES);
        }

        /** Returns null where this instance has no directory for it. */
        private @Nullable Spool spool() {
            String chosen = context.config().spool().directory();
            if (!chosen.isEmpty()) {
                return spool(Path.of(chosen));
            }
            Path own = context.dataDirectory().orElse(null);
            if (own == null) {
                LOG.info("No spool (expected: --data or spool.directory): while MySQL is out all sends are refused");
                return null;
            }
            try {
                return spool(own.resolve("spool"));
            } catch (HawserException e) {
                // Nobody asked for it: apps that are strict are served without.
                LOG.error("No spool: while MySQL is out all sends are refused", e);
                context.remark("spool", "none: " + e.getMessage());
                return null;
            }
        }

        private Spool spool(Path directory) {
            SpoolOwners owners = open(new SpoolOwners(() -> newClient("saver"), context.meters()));
            return open(Spool.open(
                    directory,
                    context.name(),
                    context.config().spool(),
                    owners,
                    context.clock(),
                    new SpoolMeters(context.meters(), words -> context.remark("spool", words))));
        }

        private RedisOutages outages() {
            return new RedisOutages(context.meters(), words -> context.remark("redis", words));
        }

        private LinkServer serve(Lanes lanes, Ownership ownership, Database database, ScheduledExecutorService timer) {
            Directory directory = directory(database);
            AbsenceCheck.run(directory, context.config().lanes().longestAbsence());
            LinkServer.Builder server = LinkServer.builder(context.config().server(), context.meters());
            LetterStore letters = letters(database, timer);
            HoldStore holds = holds(lanes, letters, database, timer);
            new LogHandlers(lanes, holds, letters).addTo(server);
            holds.addTo(server);
            letters.addTo(server);
            new Totals(lanes, ownership, context.meters()).addTo(server);
            outbox(database).addTo(server);
            bans(database).addTo(server);
            BodyStore bodies = bodies(database);
            bodies.addTo(server);
            erasure(lanes, database, List.of(bodies, holds, letters)).addTo(server);
            broadcasts(database).addTo(server);
            endpoints(database).addTo(server);
            server.handle(SaverGrpc.getReadDirectoryMethod(), (request, caller) -> directory.read(request));
            server.handle(SaverGrpc.getPutAppMethod(), (request, caller) -> directory.putApp(request));
            server.handle(SaverGrpc.getPutCredentialMethod(), (request, caller) -> directory.putCredential(request));
            server.handle(SaverGrpc.getAppendAuditMethod(), (entry, caller) -> directory.appendAudit(entry));
            server.handle(SaverGrpc.getListAuditMethod(), (request, caller) -> directory.listAudit(request));
            return server.start(
                    context.config().link().host(), context.config().link().port());
        }

        private Directory directory(Database database) {
            ExecutorService few = open(new ThreadPoolExecutor(
                    Connections.OF_DIRECTORY,
                    Connections.OF_DIRECTORY,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(DIRECTORY_QUEUE),
                    Thread.ofPlatform().name("saver-directory-", 0).daemon().factory()));
            return new Directory(Jdbi.create(database.stores()), few);
        }

        private Outbox outbox(Database database) {
            return open(new Outbox(database.stores(), BatchSettings.defaults(), context.clock(), context.meters()));
        }

        private BanStore bans(Database database) {
            BatchSettings few = few();
            return open(
                    new BanStore(database.stores(), context.config().bans(), few, context.clock(), context.meters()));
        }

        /** For what is rare: a connection of the pool at a time. */
        private static BatchSettings few() {
            BatchSettings normal = BatchSettings.defaults();
            return new BatchSettings(1, normal.maxQueued(), normal.maxBatch(), normal.maxAttempts());
        }

        private UserErasure erasure(Lanes lanes, Database database, List<UserData> owned) {
            List<UserData> stores = new ArrayList<>(owned);
            stores.add(new OutboxData());
            stores.add(new EndpointData(context.clock()));
            return open(new UserErasure(lanes, database.stores(), new ListData(), stores, few(), context.meters()));
        }

        private LetterStore letters(Database database, ScheduledExecutorService timer) {
            LetterStore letters = open(new LetterStore(
                    database.stores(), context.config().holds(), few(), context.clock(), context.meters()));
            refresh(timer, letters::refresh);
            return letters;
        }

        private HoldStore holds(Lanes lanes, LetterStore letters, Database database, ScheduledExecutorService timer) {
            Skips skips = new Skips(new LaneLogs(lanes), letters, context.meters());
            HoldStore holds =
                    open(new HoldStore(database.stores(), context.config().holds(), skips, few(), context.meters()));
            refresh(timer, holds::refresh);
            return holds;
        }

        private static void refresh(ScheduledExecutorService timer, Runnable task) {
            var _ = timer.scheduleWithFixedDelay(task, 0, HoldStore.REFRESH_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }

        private BodyStore bodies(Database database) {
            BatchSettings few = few();
            return open(new BodyStore(
                    database.stores(),
                    context.config().lanes().requestLifetime(),
                    few,
                    context.clock(),
                    context.meters()));
        }

        private BroadcastStore broadcasts(Database database) {
            return open(new BroadcastStore(
                    context.config().broadcasts(), database.stores(), context.clock(), context.meters()));
        }

        private EndpointStore endpoints(Database database) {
            return open(new EndpointStore(
                    context.config().endpoints(), database.stores(), context.clock(), context.meters()));
        }

        private LinkClient client(String service) {
            return open(newClient(service));
        }

        private LinkClient newClient(String service) {
            return new LinkClient(
                    "saver/" + context.name(),
                    service,
                    context.members(service),
                    context.config().links(),
                    context.meters());
        }

        private Purges purges(Database database) {
            SaverConfig config = context.config();
            DataSource stores = database.stores();
            Clock clock = context.clock();
            Portions portions = new Portions(stores, config.purges(), context.meters());
            return new Purges(
                    config.purgeEvery(),
                    open(purgeLease(stores)),
                    List.of(
                            new RowPurge(portions, clock, config.lifetimesOfLogs()),
                            new RowPurge(portions, clock, config.holds().lifetimes()),
                            new RowPurge(portions, clock, config.outbox().lifetimes()),
                            new BanPurge(stores, clock),
                            new RowPurge(
                                    portions,
                                    clock,
                                    BodyStore.lifetimes(config.lanes().requestLifetime())),
                            new BroadcastPurge(config.broadcasts(), stores, portions, clock, context.meters()),
                            new RowPurge(portions, clock, config.endpoints().lifetimes())));
        }

        private Lease purgeLease(DataSource stores) {
            return new Lease(
                    stores,
                    context.name() + "/" + context.incarnation(),
                    context.config().purgeEvery().multipliedBy(MISSED_PURGES),
                    context.meters());
        }

        private ScheduledExecutorService timer() {
            ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("saver-timer").daemon().factory());
            open(timer::shutdownNow);
            return timer;
        }

        private <T extends AutoCloseable> T open(T part) {
            opened.push(part);
            return part;
        }
    }
}
