package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.register.Register;
import io.hawser.register.RegisterConfig;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.EndBindingReply;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.EnterRequest;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.stores.EmbeddedZooKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A register, coordinators in processes of their own, and a room that takes its time. */
final class KickIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path home;

    private final BlockingQueue<Kick> arrived = new LinkedBlockingQueue<>();
    private volatile CompletableFuture<Void> confirmation = new CompletableFuture<>();
    private final EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.temporary();
    private final CompletableFuture<ServiceContext<Nothing>> room = new CompletableFuture<>();
    private final ServiceHost<Nothing> roomHost = ServiceHost.start(settings("room"), Nothing.class, this::startRoom);
    private final ServiceHost<RegisterConfig> register =
            ServiceHost.start(settings("register"), RegisterConfig.class, Register::start);
    private final LinkClient registers = new LinkClient(
            "room/room-1",
            "register",
            room.join().members("register"),
            LinkSettings.defaults(),
            new SimpleMeterRegistry());

    /** A service that has nothing to configure. */
    record Nothing() {
        static Nothing defaults() {
            return new Nothing();
        }
    }

    @AfterEach
    void stopAll() {
        registers.close();
        register.close();
        roomHost.close();
        zooKeeper.close();
    }

    @Test
    void aKickOutlivesACoordinatorThatIsKilledWithItInHand() throws Exception {
        await().atMost(SOON).until(() -> !registers.membership().view().peers().isEmpty());
        Kick kick;
        try (HawserProcess first = startCoordinator("coordinator-1")) {
            Session older = session(1);
            EnterReply entered = enter(older);
            assertThat(enter(session(2)).getReplaced()).isEqualTo(1);
            kick = arrived.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(kick).isNotNull();
            assertThat(kick.getSession())
                    .isEqualTo(older.toBuilder().setStamp(entered.getStamp()).build());
            first.killHard();
        }
        assertThat(delivered()).isZero();
        arrived.clear();
        confirmation = CompletableFuture.completedFuture(null);
        try (HawserProcess second = startCoordinator("coordinator-2")) {
            assertThat(second.isAlive()).isTrue();
            assertThat(arrived.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(kick);
            await().atMost(SOON).untilAsserted(() -> assertThat(delivered()).isEqualTo(1));
        }
    }

    private double delivered() {
        return register.meters().counter("hawser.kicks", "outcome", "delivered").count();
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

    private Session session(long connection) {
        return Session.newBuilder()
                .setApp("demo")
                .setUser("alice")
                .setDevice("device-" + connection)
                .setMailbox("user")
                .setLocation(Location.newBuilder()
                        .setRoom("room-1")
                        .setRoomIncarnation(room.join().incarnation())
                        .setConnection(connection)
                        .setBinding(1))
                .build();
    }

    private HawserProcess startCoordinator(String name) {
        return HawserProcess.run(
                home.resolve(name + ".log"),
                home,
                "coordinator",
                "--zookeeper",
                zooKeeper.connectString(),
                "--session-timeout",
                "2s",
                "--name",
                name);
    }

    private Service startRoom(ServiceContext<Nothing> context) {
        LinkServer server = LinkServer.builder(LinkServerSettings.defaults(), context.meters())
                .handle(RoomGrpc.getEndBindingMethod(), (kick, caller) -> {
                    arrived.add(kick);
                    return confirmation.thenApply(confirmed ->
                            EndBindingReply.newBuilder().setEnded(true).build());
                })
                .start("127.0.0.1", 0);
        context.advertise(Advertisement.of("127.0.0.1", server.port(), ""));
        room.complete(context);
        return new Service() {
            @Override
            public void drain(Duration atMost) {}

            @Override
            public void close() {
                server.close();
            }
        };
    }

    private HostSettings settings(String service) {
        return HostSettings.of(service, zooKeeper.connectString())
                .withName(service + "-1")
                .withDrainTimeout(Duration.ofMillis(100));
    }
}
