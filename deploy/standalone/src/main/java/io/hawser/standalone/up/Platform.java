package io.hawser.standalone.up;

import io.hawser.center.Center;
import io.hawser.center.CenterConfig;
import io.hawser.coordinator.Coordinator;
import io.hawser.coordinator.CoordinatorConfig;
import io.hawser.dispatcher.Dispatcher;
import io.hawser.dispatcher.DispatcherConfig;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.ServiceStarter;
import io.hawser.register.Register;
import io.hawser.register.RegisterConfig;
import io.hawser.room.Room;
import io.hawser.room.RoomConfig;
import io.hawser.rpc.directory.ApiKey;
import io.hawser.saver.Saver;
import io.hawser.saver.SaverConfig;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.stores.EmbeddedZooKeeper;
import io.hawser.stores.Ports;
import io.hawser.stores.StoreServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The whole platform in this process: the stores, one instance of each service, a first operator and a demo app. Between
 * the parts there are real sockets all the same, and each service is started as its own process would start it.
 *
 * <p>A part starts as soon as those it needs are ready; independent ones start side by side.
 */
final class Platform {
    /** All parts end together, so nothing can be handed to others; and a dead store must not hold up Ctrl-C. */
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private final Path data;
    private final PlatformPorts ports;
    private final Started started;
    private final Progress progress;
    private final Consumer<String> failed;
    private final Executor starters = task -> Thread.ofVirtual().name("start").start(task);

    private Platform(Path data, PlatformPorts ports, Started started, Progress progress, Consumer<String> failed) {
        this.data = data;
        this.ports = ports;
        this.started = started;
        this.progress = progress;
        this.failed = failed;
    }

    /**
     * Starts everything and returns when a message could be sent; what runs is in {@code started}, also on failure.
     *
     * @param failed told in one line when a store or service ended and cannot be started again
     */
    static RunningPlatform start(
            Path data, PlatformPorts ports, Started started, Progress progress, Consumer<String> failed)
            throws IOException, InterruptedException {
        return new Platform(data, ports, started, progress, failed).start();
    }

    private RunningPlatform start() throws IOException, InterruptedException {
        var zooKeeper = begin(this::zooKeeper);
        var redis = begin(this::redis);
        var mariaDb = begin(this::mariaDb);
        var saver = after(() -> saver(zooKeeper.join(), redis.join(), mariaDb.join()), zooKeeper, redis, mariaDb);
        var register = after(() -> register(zooKeeper.join()), zooKeeper);
        var coordinator = after(() -> coordinator(zooKeeper.join()), zooKeeper);
        var room = after(() -> room(zooKeeper.join()), zooKeeper);
        var center = after(() -> center(zooKeeper.join()), zooKeeper);
        var dispatcher = after(() -> dispatcher(zooKeeper.join()), zooKeeper);
        await(saver, register, coordinator, room, center, dispatcher);
        return describe(zooKeeper.join(), redis.join(), mariaDb.join(), keys(zooKeeper.join()));
    }

    /** Makes the operator and the demo app known, where an earlier start has not. */
    private Keys keys(EmbeddedZooKeeper zooKeeper) throws IOException, InterruptedException {
        Keys known = Keys.of(data);
        FirstOperator.introduce(zooKeeper.connectString(), ApiKey.parse(known.operatorKey()));
        var demo = new DemoApp(new CenterApi(url(ports.center()), known.operatorKey()));
        Keys keys = known.withApiKey(demo.keyOf(known.apiKey()));
        keys.write(data);
        return keys;
    }

    private RunningPlatform describe(
            EmbeddedZooKeeper zooKeeper, EmbeddedRedis redis, EmbeddedMariaDb mariaDb, Keys keys) {
        return new RunningPlatform(
                url(ports.center()),
                url(ports.dispatcher()),
                List.of(Ports.HOST + ":" + ports.room()),
                zooKeeper.connectString(),
                redis.address(),
                mariaDb.jdbcUrl(),
                DemoApp.ID,
                keys.apiKey(),
                keys.operatorKey());
    }

    private EmbeddedZooKeeper zooKeeper() {
        var zooKeeper =
                started.add(Part.ZOOKEEPER, EmbeddedZooKeeper.start(data.resolve("zookeeper"), ports.zookeeper()));
        // All that held a session lived in the process that this one follows.
        zooKeeper.endSessions();
        progress.ready(Part.ZOOKEEPER, zooKeeper.connectString());
        return zooKeeper;
    }

    private EmbeddedRedis redis() {
        return keep(Part.REDIS, () -> EmbeddedRedis.start(data.resolve("redis"), ports.redis()));
    }

    private EmbeddedMariaDb mariaDb() {
        return keep(Part.MARIADB, () -> EmbeddedMariaDb.start(data.resolve("mariadb"), ports.mariadb()));
    }

    private <S extends StoreServer> S keep(Part part, Supplier<S> start) {
        S server = start.get();
        started.add(part, KeptStore.keep(part.label(), server, start, KeptStore.Restarts.USUAL, progress, failed));
        progress.ready(part, server.address());
        return server;
    }

    private KeptService saver(EmbeddedZooKeeper zooKeeper, EmbeddedRedis redis, EmbeddedMariaDb mariaDb) {
        return host(Part.SAVER, zooKeeper, SaverConfig.class, Saver::start, ServiceSettings.ofSaver(redis, mariaDb));
    }

    private KeptService register(EmbeddedZooKeeper zooKeeper) {
        return host(Part.REGISTER, zooKeeper, RegisterConfig.class, Register::start, Map.of());
    }

    private KeptService coordinator(EmbeddedZooKeeper zooKeeper) {
        return host(
                Part.COORDINATOR,
                zooKeeper,
                CoordinatorConfig.class,
                Coordinator::start,
                ServiceSettings.ofCoordinator());
    }

    private KeptService room(EmbeddedZooKeeper zooKeeper) {
        return host(Part.ROOM, zooKeeper, RoomConfig.class, Room::start, ServiceSettings.ofRoom(ports.room()));
    }

    private KeptService center(EmbeddedZooKeeper zooKeeper) {
        return host(
                Part.CENTER, zooKeeper, CenterConfig.class, Center::start, ServiceSettings.ofCenter(ports.center()));
    }

    private KeptService dispatcher(EmbeddedZooKeeper zooKeeper) {
        return host(
                Part.DISPATCHER,
                zooKeeper,
                DispatcherConfig.class,
                Dispatcher::start,
                ServiceSettings.ofDispatcher(ports.dispatcher()));
    }

    private <C extends Record> KeptService host(
            Part part,
            EmbeddedZooKeeper zooKeeper,
            Class<C> configType,
            ServiceStarter<C> starter,
            Map<String, String> settings) {
        HostSettings host = HostSettings.of(part.label(), zooKeeper.connectString())
                .withDataDirectory(data.resolve(part.label()))
                .withDrainTimeout(DRAIN)
                .withOverrides(settings);
        KeptService service = started.add(
                part,
                KeptService.start(() -> ServiceHost.start(host, configType, starter), starters, progress, failed));
        progress.ready(part, service.name());
        return service;
    }

    private static String url(int port) {
        return "http://" + Ports.HOST + ":" + port;
    }

    private <T> CompletableFuture<T> begin(Supplier<T> start) {
        return CompletableFuture.supplyAsync(start, starters);
    }

    private <T> CompletableFuture<T> after(Supplier<T> start, CompletableFuture<?>... needed) {
        return CompletableFuture.allOf(needed).thenApplyAsync(all -> start.get(), starters);
    }

    /** Waits for all of them, and then throws the first failure as it was. */
    private static void await(CompletableFuture<?>... parts) {
        try {
            CompletableFuture.allOf(parts).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
