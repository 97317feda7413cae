package io.hawser.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.CarryKickReply;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.EnterRequest;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.stores.EmbeddedZooKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real register, and coordinators that die. */
class KicksTest {
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.temporary();
    private final ServiceContext<RegisterCluster.Nothing> room = startRoom();
    private final LinkClient registers = new LinkClient(
            "room/room-1", "register", room.members("register"), LinkSettings.defaults(), new SimpleMeterRegistry());

    @AfterEach
    void stopAll() throws Exception {
        registers.close();
        while (!running.isEmpty()) {
            running.pop().close();
        }
        zooKeeper.close();
    }

    @Test
    void aKickThatDiesWithItsCoordinatorIsGivenToAnother() throws Exception {
        ServiceHost<RegisterConfig> register = startRegister();
        BlockingQueue<Kick> taken = new LinkedBlockingQueue<>();
        ServiceHost<?> first = startCoordinator("coordinator-1", taken, new CompletableFuture<>());
        Session older = bind(1);
        older = Registry.stamped(older, enter(older).getStamp());
        enter(bind(2));
        Kick kick = taken.poll(20, TimeUnit.SECONDS);
        assertThat(kick).isNotNull();
        assertThat(kick.getSession()).isEqualTo(older);

        first.close();
        BlockingQueue<Kick> carried = new LinkedBlockingQueue<>();
        startCoordinator("coordinator-2", carried, CompletableFuture.completedFuture(null));

        assertThat(carried.poll(20, TimeUnit.SECONDS)).isEqualTo(kick);
        await().untilAsserted(() -> assertThat(register.meters()
                        .counter("hawser.kicks", "outcome", "delivered")
                        .count())
                .isEqualTo(1));
        assertThat(register.meters().get("hawser.kicks.in.hand").gauge().value())
                .isZero();
    }

    private Session bind(long connection) {
        return Registry.bind("alice", "user", Registry.room(room.name(), room.incarnation()), connection);
    }

    private EnterReply enter(Session session) {
        EnterRequest request = EnterRequest.newBuilder().setSession(session).build();
        return registers
                .call(
                        Route.slot(Slot.of("demo", "alice")),
                        RegisterGrpc.getEnterMethod(),
                        request,
                        "demo",
                        Duration.ofSeconds(5))
                .join();
    }

    private ServiceHost<RegisterConfig> startRegister() {
        ServiceHost<RegisterConfig> host =
                started(ServiceHost.start(settings("register", "register-1"), RegisterConfig.class, Register::start));
        await().until(() -> !registers.membership().view().peers().isEmpty());
        return host;
    }

    /** Answers when the room does. Its end does not wait for what it has in hand. */
    private ServiceHost<RegisterCluster.Nothing> startCoordinator(
            String name, BlockingQueue<Kick> taken, CompletableFuture<Void> confirmation) {
        return start("coordinator", name, (builder, context) -> {
            builder.handle(CoordinatorGrpc.getCarryKickMethod(), (kick, caller) -> {
                taken.add(kick);
                return confirmation.thenApply(confirmed -> CarryKickReply.getDefaultInstance());
            });
        });
    }

    private ServiceContext<RegisterCluster.Nothing> startRoom() {
        CompletableFuture<ServiceContext<RegisterCluster.Nothing>> context = new CompletableFuture<>();
        start("room", "room-1", (builder, started) -> context.complete(started));
        return context.join();
    }

    private ServiceHost<RegisterCluster.Nothing> start(String service, String name, Serving serving) {
        return started(ServiceHost.start(settings(service, name), RegisterCluster.Nothing.class, context -> {
            LinkServer.Builder builder = LinkServer.builder(dyingAtOnce(), context.meters());
            serving.by(builder, context);
            LinkServer server = builder.start("127.0.0.1", 0);
            context.advertise(Advertisement.of("127.0.0.1", server.port(), ""));
            return closing(server);
        }));
    }

    private interface Serving {
        void by(LinkServer.Builder builder, ServiceContext<RegisterCluster.Nothing> context);
    }

    private static LinkServerSettings dyingAtOnce() {
        LinkServerSettings defaults = LinkServerSettings.defaults();
        return new LinkServerSettings(
                defaults.threads(),
                defaults.maxInFlight(),
                defaults.maxInFlightBytes(),
                defaults.maxBatchReplies(),
                defaults.maxBatchBytes(),
                defaults.maxRequestBytes(),
                defaults.maxReplyBytes(),
                defaults.replyWithin(),
                defaults.keepAlive(),
                defaults.keepAliveTimeout(),
                Duration.ZERO);
    }

    private static Service closing(LinkServer server) {
        return new Service() {
            @Override
            public void drain(Duration atMost) {}

            @Override
            public void close() {
                server.close();
            }
        };
    }

    private HostSettings settings(String service, String name) {
        return HostSettings.of(service, zooKeeper.connectString())
                .withName(name)
                .withDrainTimeout(Duration.ofMillis(100));
    }

    private <T extends AutoCloseable> T started(T part) {
        running.push(part);
        return part;
    }
}
