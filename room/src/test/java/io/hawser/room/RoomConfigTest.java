package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.v1.DispatcherGrpc;
import io.hawser.rpc.v1.ReportLoadReply;
import io.hawser.rpc.v1.RoomLoad;
import io.hawser.stores.EmbeddedZooKeeper;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A room that takes its configuration from a real ZooKeeper, and reports to a dispatcher of the test's own. */
final class RoomConfigTest {
    private final EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.temporary();
    private final CuratorFramework operator = ZooKeeperSession.client(ZooKeeperSettings.of(zooKeeper.connectString()));
    private final BlockingQueue<RoomLoad> reports = new LinkedBlockingQueue<>();
    private final StubSaver directory = new StubSaver();
    private final ServiceHost<Nothing> saver = ServiceHost.start(settings("saver"), Nothing.class, this::announceSaver);
    private final ServiceHost<Nothing> dispatcher =
            ServiceHost.start(settings("dispatcher"), Nothing.class, this::startDispatcher);
    private final ServiceHost<RoomConfig> room =
            ServiceHost.start(settings("room").withOverrides(Map.of("zone", "z1")), RoomConfig.class, Room::start);

    /** A service that has nothing to configure. */
    record Nothing() {
        static Nothing defaults() {
            return new Nothing();
        }
    }

    @BeforeEach
    void connectTheOperator() {
        operator.start();
    }

    @AfterEach
    void stopAll() {
        room.close();
        dispatcher.close();
        saver.close();
        operator.close();
        zooKeeper.close();
    }

    @Test
    void limitsAndTimesHoldFromTheMomentTheyChange() throws Exception {
        String address = firstReport().getAddresses(0);
        try (TestClient client = TestClient.connect(address)) {
            assertThat(client.welcome().getHeartbeatSeconds()).isEqualTo(60);
            configure("""
                    connections: {heartbeat: {preferred: 30s}}
                    gateway: {maxConnections: 2, maxUnauthenticated: 2}
                    reportInterval: 40ms
                    """);
            await().until(() -> newestReport().getMaxConnections() == 2);
        }
        await().untilAsserted(() -> {
            try (TestClient client = TestClient.connect(address)) {
                assertThat(client.welcome().getHeartbeatSeconds()).isEqualTo(30);
            }
        });
        assertThat(needRestart()).isZero();
    }

    @Test
    void withNoRoomLeftItTurnsClientsAway() throws Exception {
        String address = firstReport().getAddresses(0);
        try (TestClient first = TestClient.connect(address).greet()) {
            configure("gateway: {maxConnections: 1, maxUnauthenticated: 1}");
            await().until(() -> newestReport().getMaxConnections() == 1);
            try (TestClient second = TestClient.connect(address)) {
                assertThat(second.error().getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
            }
            first.ping();
            assertThat(first.nextType()).isEqualTo(FrameType.PONG);
        }
    }

    @Test
    void aNetworkThatIsDeniedIsClosedFromTheMomentItIs() throws Exception {
        String address = firstReport().getAddresses(0);
        try (TestClient denied = TestClient.connectFrom("127.9.1.1", address).greet();
                TestClient other = TestClient.connectFrom("127.8.1.1", address).greet()) {
            configure("access: {deny: [127.9.0.0/16]}");

            assertThat(denied.error().getCode()).isEqualTo(ErrorCode.BANNED.number());
            other.ping();
            assertThat(other.nextType()).isEqualTo(FrameType.PONG);
        }
        assertThat(needRestart()).isZero();
    }

    @Test
    void whatIsReadAtTheStartIsSaidToNeedARestart() throws Exception {
        configure("gateway: {loops: 3}\nredelivery: {maxRemembered: 5}");
        await().untilAsserted(() -> assertThat(needRestart()).isEqualTo(2));
        configure("redelivery: {maxRemembered: 5}");
        await().untilAsserted(() -> assertThat(needRestart()).isEqualTo(1));
    }

    private RoomLoad firstReport() throws InterruptedException {
        return reports.take();
    }

    private RoomLoad newestReport() throws InterruptedException {
        RoomLoad newest = reports.take();
        for (RoomLoad newer = newest; newer != null; newer = reports.poll()) {
            newest = newer;
        }
        return newest;
    }

    private double needRestart() {
        return room.meters().get("hawser.config.needs.restart").gauge().value();
    }

    private void configure(String yaml) throws Exception {
        var _ = Objects.requireNonNull(operator.create()
                .orSetData()
                .creatingParentsIfNeeded()
                .forPath(ZooKeeperPaths.config("room"), yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private Service startDispatcher(ServiceContext<Nothing> context) {
        LinkServer server = LinkServer.builder(LinkServerSettings.defaults(), context.meters())
                .handle(DispatcherGrpc.getReportLoadMethod(), (load, caller) -> {
                    reports.add(load);
                    return CompletableFuture.completedFuture(ReportLoadReply.getDefaultInstance());
                })
                .start("127.0.0.1", 0);
        context.advertise(Advertisement.of("127.0.0.1", server.port(), ""));
        return closing(server::close);
    }

    private Service announceSaver(ServiceContext<Nothing> context) {
        context.advertise(Advertisement.of("127.0.0.1", directory.peer().port(), ""));
        return closing(directory::close);
    }

    private static Service closing(Runnable close) {
        return new Service() {
            @Override
            public void drain(Duration atMost) {}

            @Override
            public void close() {
                close.run();
            }
        };
    }

    private HostSettings settings(String service) {
        return HostSettings.of(service, zooKeeper.connectString()).withDrainTimeout(Duration.ofMillis(100));
    }
}
