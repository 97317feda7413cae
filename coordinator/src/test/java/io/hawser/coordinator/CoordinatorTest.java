package io.hawser.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.rpc.kick.CourierSettings;
import io.hawser.rpc.kick.KickCourier;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.CarryKickReply;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.hawser.rpc.v1.EndBindingReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.stores.EmbeddedZooKeeper;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A coordinator on real sockets, found through a real ZooKeeper, with rooms and a register written by hand. */
class CoordinatorTest {
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final BlockingQueue<Kick> arrived = new LinkedBlockingQueue<>();
    private volatile CompletableFuture<Void> confirmation = CompletableFuture.completedFuture(null);
    private final AtomicInteger roomFailures = new AtomicInteger();
    private final EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.temporary();
    private final ServiceContext<Nothing> register = startRegister();
    private final LinkClient coordinators = new LinkClient(
            "register/register-1",
            "coordinator",
            register.members("coordinator"),
            LinkSettings.defaults(),
            new SimpleMeterRegistry());

    /** A service that has nothing to configure. */
    record Nothing() {
        static Nothing defaults() {
            return new Nothing();
        }
    }

    @AfterEach
    void stopAll() throws Exception {
        coordinators.close();
        while (!running.isEmpty()) {
            running.pop().close();
        }
        zooKeeper.close();
    }

    @Test
    void aKickReachesItsRoomAsItWasGiven() throws Exception {
        long incarnation = startRoom().incarnation();
        startCoordinator(Map.of());
        Kick kick = kick(incarnation, 1);

        carry(kick);

        assertThat(arrived.poll(20, TimeUnit.SECONDS)).isEqualTo(kick);
    }

    @Test
    void aKickIsRepeatedUntilTheRoomConfirms() throws Exception {
        long incarnation = startRoom().incarnation();
        ServiceHost<CoordinatorConfig> coordinator = startCoordinator(Map.of());
        roomFailures.set(2);

        assertThat(refusal(kick(incarnation, 1))).isEqualTo(ErrorCode.UNAVAILABLE);

        assertThat(arrived.poll(20, TimeUnit.SECONDS)).isNotNull();
        await().untilAsserted(
                        () -> assertThat(outcomes(coordinator, "delivered")).isEqualTo(1));
        assertThat(outcomes(coordinator, "repeated")).isEqualTo(2);
    }

    @Test
    void aKickForALifeOfARoomThatIsOverIsGivenUp() {
        long incarnation = startRoom().incarnation();
        ServiceHost<CoordinatorConfig> coordinator = startCoordinator(Map.of());
        roomFailures.set(Integer.MAX_VALUE);

        carry(kick(incarnation - 1, 1));

        await().untilAsserted(() -> assertThat(outcomes(coordinator, "gone")).isEqualTo(1));
    }

    @Test
    void aFullHandRefusesMore() {
        long incarnation = startRoom().incarnation();
        startCoordinator(Map.of("kicks.maxInHand", "1"));
        roomFailures.set(Integer.MAX_VALUE);
        assertThat(refusal(kick(incarnation, 1))).isEqualTo(ErrorCode.UNAVAILABLE);

        assertThat(refusal(kick(incarnation, 2))).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }

    @Test
    void theAnswerSaysThatTheRoomHasConfirmed() throws Exception {
        long incarnation = startRoom().incarnation();
        startCoordinator(Map.of());
        confirmation = new CompletableFuture<>();

        CompletableFuture<?> answer = giveOnce(kick(incarnation, 1));

        assertThat(arrived.poll(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(answer).isNotDone();
        confirmation.complete(null);
        await().untilAsserted(() -> assertThat(answer).isCompleted());
    }

    @Test
    void aKickWhoseCoordinatorDiesIsCarriedByAnother() throws Exception {
        long incarnation = startRoom().incarnation();
        ServiceHost<CoordinatorConfig> first = startCoordinator(Map.of());
        confirmation = new CompletableFuture<>();
        KickCourier courier = started(courier());
        courier.carry(kick(incarnation, 1));
        assertThat(arrived.poll(20, TimeUnit.SECONDS)).isNotNull();

        first.close();
        assertThat(courier.drain(Duration.ofMillis(1))).isFalse();
        confirmation = CompletableFuture.completedFuture(null);
        startCoordinator("coordinator-2", Map.of());

        assertThat(courier.drain(Duration.ofSeconds(20))).isTrue();
        assertThat(arrived.poll(20, TimeUnit.SECONDS)).isEqualTo(kick(incarnation, 1));
    }

    @Test
    void aLimitIsRaisedWhileItRuns() throws Exception {
        long incarnation = startRoom().incarnation();
        configure("kicks: {maxInHand: 1}");
        startCoordinator(Map.of());
        roomFailures.set(Integer.MAX_VALUE);
        assertThat(refusal(kick(incarnation, 1))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refusal(kick(incarnation, 2))).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);

        configure("kicks: {maxInHand: 2}");

        await().untilAsserted(() -> assertThat(refusal(kick(incarnation, 2))).isEqualTo(ErrorCode.UNAVAILABLE));
    }

    @Test
    void aChangeThatTakesARestartIsTold() throws Exception {
        ServiceHost<CoordinatorConfig> coordinator = startCoordinator(Map.of());

        configure("{zone: there, kicks: {maxInHand: 3}}");
        await().untilAsserted(
                        () -> assertThat(keysThatNeedARestart(coordinator)).isEqualTo(1));

        configure("{kicks: {maxInHand: 3}}");
        await().untilAsserted(
                        () -> assertThat(keysThatNeedARestart(coordinator)).isZero());
    }

    @Test
    void aKickWithoutARoomIsRefused() {
        startCoordinator(Map.of());

        assertThat(refusal(Kick.getDefaultInstance())).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    private void carry(Kick kick) {
        try {
            giveOnce(kick).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof HawserException refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    private CompletableFuture<CarryKickReply> giveOnce(Kick kick) {
        return give(kick, Duration.ofSeconds(5));
    }

    private CompletableFuture<CarryKickReply> give(Kick kick, Duration timeout) {
        return coordinators.call(Route.leastLoaded(), CoordinatorGrpc.getCarryKickMethod(), kick, "demo", timeout);
    }

    /** As a register carries kicks. */
    private KickCourier courier() {
        return new KickCourier(
                CourierSettings.defaults(), this::give, register.members("room"), new SimpleMeterRegistry());
    }

    private ErrorCode refusal(Kick kick) {
        return Objects.requireNonNull(catchThrowableOfType(HawserException.class, () -> carry(kick)))
                .code();
    }

    private static double outcomes(ServiceHost<?> coordinator, String outcome) {
        return coordinator.meters().counter("hawser.kicks", "outcome", outcome).count();
    }

    private static Kick kick(long incarnation, long counter) {
        return Kick.newBuilder()
                .setSession(Session.newBuilder()
                        .setApp("demo")
                        .setUser("alice")
                        .setLocation(Location.newBuilder().setRoom("room-1").setRoomIncarnation(incarnation))
                        .setStamp(Stamp.newBuilder().setCounter(counter)))
                .setCause(KickCause.KICK_REPLACED)
                .build();
    }

    private CompletionStage<EndBindingReply> endBinding(Kick kick) {
        if (roomFailures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw HawserException.refusal(ErrorCode.UNAVAILABLE, "room: busy");
        }
        arrived.add(kick);
        return confirmation.thenApply(
                confirmed -> EndBindingReply.newBuilder().setEnded(true).build());
    }

    private ServiceHost<CoordinatorConfig> startCoordinator(Map<String, String> overrides) {
        return startCoordinator("coordinator-1", overrides);
    }

    private ServiceHost<CoordinatorConfig> startCoordinator(String name, Map<String, String> overrides) {
        ServiceHost<CoordinatorConfig> host = started(ServiceHost.start(
                settings("coordinator").withName(name).withOverrides(overrides),
                CoordinatorConfig.class,
                Coordinator::start));
        await().until(() -> coordinators.membership().view().peers().stream()
                .anyMatch(peer -> peer.name().equals(name)));
        return host;
    }

    /** As an operator writes it to ZooKeeper. */
    private void configure(String yaml) throws Exception {
        try (CuratorFramework operator =
                CuratorFrameworkFactory.newClient(zooKeeper.connectString(), new RetryOneTime(100))) {
            operator.start();
            operator.create()
                    .orSetData()
                    .creatingParentsIfNeeded()
                    .forPath(ZooKeeperPaths.config("coordinator"), yaml.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static double keysThatNeedARestart(ServiceHost<?> coordinator) {
        return coordinator.meters().get("hawser.config.needs.restart").gauge().value();
    }

    private ServiceHost<Nothing> startRoom() {
        return started(ServiceHost.start(settings("room"), Nothing.class, context -> {
            LinkServer server = LinkServer.builder(LinkServerSettings.defaults(), context.meters())
                    .handle(RoomGrpc.getEndBindingMethod(), (kick, caller) -> endBinding(kick))
                    .start("127.0.0.1", 0);
            context.advertise(Advertisement.of("127.0.0.1", server.port(), ""));
            return closing(server);
        }));
    }

    private ServiceContext<Nothing> startRegister() {
        CompletableFuture<ServiceContext<Nothing>> context = new CompletableFuture<>();
        started(ServiceHost.start(settings("register"), Nothing.class, started -> {
            context.complete(started);
            return closing(() -> {});
        }));
        return context.join();
    }

    private static Service closing(AutoCloseable part) {
        return new Service() {
            @Override
            public void drain(Duration atMost) {}

            @Override
            public void close() {
                try {
                    part.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    private HostSettings settings(String service) {
        return HostSettings.of(service, zooKeeper.connectString())
                .withName(service + "-1")
                .withDrainTimeout(Duration.ofMillis(100));
    }

    private <T extends AutoCloseable> T started(T part) {
        running.push(part);
        return part;
    }
}
