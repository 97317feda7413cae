package io.hawser.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // ZooKeeper.close() may be interrupted: then the test fails, as it should.
final class EmbeddedZooKeeperTest {
    private static final int SESSION_MILLIS = 20_000;
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    @Test
    void keepsItsDataWhenClosedAndStartedAgain() throws Exception {
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, 0);
                ZooKeeper client = connect(server)) {
            client.create("/key", VALUE, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, 0);
                ZooKeeper client = connect(server)) {
            assertThat(client.getData("/key", false, new Stat())).isEqualTo(VALUE);
        }
    }

    @Test
    void keepsAFewSnapshotsHoweverOftenItIsStarted() throws Exception {
        for (int start = 0; start < 8; start++) {
            try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, 0);
                    ZooKeeper client = connect(server)) {
                client.create("/key-" + start, VALUE, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
        }
        assertThat(directory.resolve("version-2").toFile().list()).hasSizeLessThan(12);
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, 0);
                ZooKeeper client = connect(server)) {
            assertThat(client.getChildren("/", false)).contains("key-0", "key-7");
        }
    }

    @Test
    void letsSessionsOutliveARestartOnTheSamePort() throws Exception {
        EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, 0);
        try (ZooKeeper client = connect(server)) {
            client.create("/mine", VALUE, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            server.close();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> !client.getState().isConnected());
            try (EmbeddedZooKeeper again = EmbeddedZooKeeper.start(directory, server.port())) {
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> client.getState().isConnected());
                assertThat(client.getData("/mine", false, new Stat())).isEqualTo(VALUE);
                assertThat(again.port()).isEqualTo(server.port());
            }
        }
    }

    @Test
    void endsTheSessionsOfAnEarlierLifeWhenAsked() throws Exception {
        EmbeddedZooKeeper earlier = EmbeddedZooKeeper.start(directory, 0);
        try (ZooKeeper client = connect(earlier)) {
            client.create("/mine", VALUE, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            earlier.close();
            try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, 0)) {
                server.endSessions();
                try (ZooKeeper other = connect(server)) {
                    assertThat(other.exists("/mine", false)).isNull();
                }
            }
        }
    }

    @Test
    void refusesADirectoryThatIsInUse() {
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, 0)) {
            assertThat(server.port()).isPositive();
            assertThatThrownBy(() -> EmbeddedZooKeeper.start(directory, 0))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("expected: one that no other process is using");
        }
    }

    @Test
    void refusesAPortThatIsTaken(@TempDir Path other) {
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, 0)) {
            assertThatThrownBy(() -> EmbeddedZooKeeper.start(other, server.port()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("port: " + server.port());
        }
    }

    private static ZooKeeper connect(EmbeddedZooKeeper server) throws Exception {
        var connected = new CountDownLatch(1);
        var client = new ZooKeeper(server.connectString(), SESSION_MILLIS, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        connected.await();
        return client;
    }
}
