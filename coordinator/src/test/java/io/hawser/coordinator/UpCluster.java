package io.hawser.coordinator;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.CarryUplinkReply;
import io.hawser.rpc.v1.CarryUplinkRequest;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.hawser.rpc.v1.PutAppRequest;
import io.hawser.rpc.v1.ReadDirectoryRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.saver.Saver;
import io.hawser.saver.SaverConfig;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.stores.EmbeddedZooKeeper;
import io.hawser.wire.HawserException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Coordinators before a real saver on real stores, found through a real ZooKeeper; and who calls them, as rooms do. */
final class UpCluster implements AutoCloseable {
    /** Of its apps. */
    static final int MAX_TTL_SECONDS = 600;

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final EmbeddedRedis redis = EmbeddedRedis.temporary();
    private final EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary();
    private final EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.temporary();
    private final Map<String, ServiceHost<?>> running = new HashMap<>();
    private final LinkClient savers;
    private final LinkClient coordinators;

    /** A service that has nothing to configure. */
    record Nothing() {
        static Nothing defaults() {
            return new Nothing();
        }
    }

    UpCluster() {
        CompletableFuture<ServiceContext<Nothing>> room = new CompletableFuture<>();
        running.put("room-1", ServiceHost.start(settings("room-1", Map.of()), Nothing.class, context -> {
            room.complete(context);
            return new Silent();
        }));
        savers = client("saver", room.join());
        coordinators = client("coordinator", room.join());
        startSaver();
    }

    void startSaver() {
        Map<String, String> stores =
                Map.of("redis.uri", "redis://" + redis.address(), "mysql.jdbcUrl", mariaDb.jdbcUrl());
        running.put("saver-1", ServiceHost.start(settings("saver-1", stores), SaverConfig.class, Saver::start));
        await().atMost(Duration.ofSeconds(30)).until(() -> isAlive(savers, "saver-1"));
    }

    /** Its apps' back ends are on this machine. */
    void startCoordinator(String name, Map<String, String> overrides) {
        Map<String, String> all = new HashMap<>(overrides);
        all.putIfAbsent("webhooks.allowedNetworks", "['127.0.0.0/8', '::1/128']");
        running.put(name, ServiceHost.start(settings(name, all), CoordinatorConfig.class, Coordinator::start));
        await().atMost(Duration.ofSeconds(30)).until(() -> isAlive(coordinators, name));
    }

    /** Ends it with what it has in hand: it is given no time to drain. */
    void kill(String name) {
        ServiceHost<?> host = running.remove(name);
        if (host != null) {
            host.close();
        }
    }

    /** Redis holds nothing of what goes up; but it is what else the savers have. */
    void flushRedis() {
        RedisClient client = RedisClient.create("redis://" + redis.address());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            connection.sync().flushall();
        } finally {
            client.shutdown();
        }
    }

    private ServiceHost<?> host(String name) {
        ServiceHost<?> host = running.get(name);
        if (host == null) {
            throw new IllegalArgumentException(name + " does not run");
        }
        return host;
    }

    double count(String coordinator, String meter, String tag, String value) {
        return host(coordinator).meters().counter(meter, tag, value).count();
    }

    double gauge(String coordinator, String meter) {
        return host(coordinator).meters().get(meter).gauge().value();
    }

    /** Creates or changes the app; coordinators know within a second or two. */
    void putApp(String id, Callback... callbacks) {
        // A saver that has just begun on a busy machine may take its time.
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> isPut(id, callbacks));
    }

    private boolean isPut(String id, Callback... callbacks) {
        long version = call(
                        savers,
                        Route.leastLoaded(),
                        SaverGrpc.getReadDirectoryMethod(),
                        ReadDirectoryRequest.getDefaultInstance())
                .getAppsList()
                .stream()
                .filter(app -> app.getId().equals(id))
                .mapToLong(App::getVersion)
                .findFirst()
                .orElse(0);
        App.Builder app = App.newBuilder()
                .setId(id)
                .setVersion(version)
                .setMaxTtlSeconds(MAX_TTL_SECONDS)
                .setMaxMailboxMessages(100)
                .setMaxMailboxBytes(1 << 20);
        for (Callback callback : callbacks) {
            app.addCallbacks(callback);
        }
        call(
                savers,
                Route.leastLoaded(),
                SaverGrpc.getPutAppMethod(),
                PutAppRequest.newBuilder().setApp(app).build());
        return true;
    }

    static Callback.Builder callback(String id, BackEnd... backEnds) {
        Callback.Builder callback = Callback.newBuilder()
                .setId(id)
                .addRoutes("*")
                .addSecrets(ByteString.copyFromUtf8("an older secret, still in use by some"))
                .addSecrets(ByteString.copyFrom(BackEnd.secret()));
        for (BackEnd backEnd : backEnds) {
            callback.addUrls(backEnd.url());
        }
        return callback;
    }

    static CarryUplinkRequest.Builder uplink(String app, String user, long number) {
        return CarryUplinkRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setDevice("phone")
                .setMailbox("user")
                .setInstallationNonce(ByteString.copyFromUtf8("nonce of " + user))
                .setNumber(number)
                .setPrev(Math.max(0, number - 1))
                .setRoute("orders")
                .setBody(ByteString.copyFromUtf8("order " + number))
                .setText(true);
    }

    /** As rooms do: once. */
    CompletableFuture<CarryUplinkReply> send(CarryUplinkRequest request) {
        Route route = Route.slot(Slot.of(request.getApp(), request.getUser()));
        return coordinators.call(route, CoordinatorGrpc.getCarryUplinkMethod(), request, request.getApp(), TIMEOUT);
    }

    CarryUplinkReply carry(CarryUplinkRequest request) {
        return join(send(request));
    }

    /** As clients do: again until it is taken. */
    void carryUntilTaken(CarryUplinkRequest request) {
        if (!isTaken(request)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> isTaken(request));
        }
    }

    private boolean isTaken(CarryUplinkRequest request) {
        try {
            return !carry(request).getOutOfOrder();
        } catch (HawserException e) {
            return false;
        }
    }

    <Q extends MessageLite, R extends MessageLite> R ofSaver(MethodDescriptor<Q, R> method, Q request) {
        return call(savers, Route.leastLoaded(), method, request);
    }

    <Q extends MessageLite, R extends MessageLite> R ofSaver(int slot, MethodDescriptor<Q, R> method, Q request) {
        return call(savers, Route.slot(slot), method, request);
    }

    <Q extends MessageLite, R extends MessageLite> R ofCoordinator(MethodDescriptor<Q, R> method, Q request) {
        return call(coordinators, Route.leastLoaded(), method, request);
    }

    @Override
    public void close() {
        coordinators.close();
        savers.close();
        running.keySet().stream().sorted().toList().forEach(this::kill);
        zooKeeper.close();
        mariaDb.close();
        redis.close();
    }

    private static <Q extends MessageLite, R extends MessageLite> R call(
            LinkClient client, Route route, MethodDescriptor<Q, R> method, Q request) {
        return join(client.call(route, method, request, "test", TIMEOUT));
    }

    private static <R> R join(CompletableFuture<R> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof HawserException refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    private static boolean isAlive(LinkClient client, String name) {
        return client.membership().view().peers().stream()
                .anyMatch(peer -> peer.name().equals(name));
    }

    private static LinkClient client(String service, ServiceContext<?> room) {
        return new LinkClient(
                "room/room-1", service, room.members(service), LinkSettings.defaults(), new SimpleMeterRegistry());
    }

    private HostSettings settings(String name, Map<String, String> overrides) {
        return HostSettings.of(name.substring(0, name.indexOf('-')), zooKeeper.connectString())
                .withName(name)
                .withOverrides(overrides)
                .withDrainTimeout(Duration.ofMillis(1));
    }

    private static final class Silent implements Service {
        @Override
        public void drain(Duration atMost) {}

        @Override
        public void close() {}
    }
}
