package io.hawser.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Route;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A coordinator on real sockets, found through a real ZooKeeper, with rooms and a register written by hand. */
class CoordinatorTest {
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final BlockingQueue<Kick> arrived = new LinkedBlockingQueue<>();
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

        carry(kick(incarnation, 1));

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
        carry(kick(incarnation, 1));

        assertThat(refusal(kick(incarnation, 2))).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }

    @Test
    void aKickWithoutARoomIsRefused() {
        startCoordinator(Map.of());

        assertThat(refusal(Kick.getDefaultInstance())).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    private void carry(Kick kick) {
        try {
            coordinators
                    .call(
                            Route.leastLoaded(),
                            CoordinatorGrpc.getCarryKickMethod(),
                            kick,
                            "demo",
                            Duration.ofSeconds(5))
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof HawserException refusal) {
                throw refusal;
            }
            throw e;
        }
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
        return CompletableFuture.completedFuture(
                EndBindingReply.newBuilder().setEnded(true).build());
    }

    private ServiceHost<CoordinatorConfig> startCoordinator(Map<String, String> overrides) {
        ServiceHost<CoordinatorConfig> host = started(ServiceHost.start(
                settings("coordinator").withOverrides(overrides), CoordinatorConfig.class, Coordinator::start));
        await().until(() -> !coordinators.membership().view().peers().isEmpty());
        return host;
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
