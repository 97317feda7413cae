package io.hawser.keeper.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.rpc.link.Peer;
import io.hawser.stores.EmbeddedZooKeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Where a process has ended can be said for certain on Linux alone. */
@EnabledOnOs(OS.LINUX)
class ObituaryTest {
    private static final String MEMBER = ZooKeeperPaths.member("room", "room-1");
    private static final String STATUS = ZooKeeperPaths.running("room", "room-1");
    private static final String HOLDER = ZooKeeperPaths.holder("room", "room-1");

    private EmbeddedZooKeeper zooKeeper;
    private Registry dead;
    private long pid = ProcessHandle.current().pid();
    private Registry other;

    @BeforeEach
    void start() {
        zooKeeper = EmbeddedZooKeeper.temporary();
        dead = new Registry(zooKeeper.connectString());
        other = new Registry(zooKeeper.connectString());
    }

    @AfterEach
    void stop() {
        dead.close();
        other.close();
        zooKeeper.close();
    }

    @Test
    void takesBackAllThatAProcessLeftWhichEnded() throws Exception {
        leave(endedProcess());

        assertThat(tell()).isTrue();

        assertThat(other.client().checkExists().forPath(HOLDER)).isNull();
        assertThat(other.client().checkExists().forPath(MEMBER)).isNull();
        assertThat(other.client().checkExists().forPath(STATUS)).isNull();
        assertThat(tell()).isFalse();
    }

    @Test
    void nobodyDoubtsWhatItSays() throws Exception {
        leave(endedProcess());
        // Its port answers: another process has taken it since.
        ZooKeeperMembership rooms =
                other.follow("room", DiscoverySettings.defaults(), peer -> CompletableFuture.completedFuture(true));
        assertThat(rooms.view().peers()).extracting(Peer::name).containsExactly("room-1");

        assertThat(tell()).isTrue();

        await().until(() -> rooms.view().peers().isEmpty());
        assertThat(Departure.noted(other.client(), "room", "room-1", 1)).isFalse();
    }

    @Test
    void leavesOneAloneThatMayBeAlive() throws Exception {
        leave(ProcessStamp.own());
        assertThat(tell()).isFalse();
        assertThat(other.client().checkExists().forPath(MEMBER)).isNotNull();

        leave("another-boot/pid:[1]/" + pid + "/1");
        assertThat(tell()).isFalse();
        assertThat(other.client().checkExists().forPath(MEMBER)).isNotNull();
    }

    @Test
    void leavesItsSuccessorAlone() throws Exception {
        leave(endedProcess());
        Identity successor = other.establish("room", "room-1", Duration.ofSeconds(10));
        successor.announce(incarnation -> Registry.registration("room", "room-1", 8, incarnation));

        assertThat(tell()).isFalse();

        assertThat(other.client().checkExists().forPath(HOLDER)).isNotNull();
        assertThat(other.client().checkExists().forPath(MEMBER)).isNotNull();
    }

    @Test
    void whoTakesANameMeanwhileKeepsIt() throws Exception {
        leave(endedProcess());
        Holder seen = Holder.read(other.client(), "room", "room-1");
        dead.client().delete().forPath(HOLDER);
        other.establish("room", "room-1");

        assertThatThrownBy(() -> Obituary.remove(other.client(), "room", "room-1", seen))
                .isInstanceOf(KeeperException.BadVersionException.class);
        assertThat(other.client().checkExists().forPath(HOLDER)).isNotNull();
    }

    @Test
    void leavesAnotherProcessOfThatNameAlone() throws Exception {
        leave(endedProcess());

        assertThat(Obituary.tell(other.client(), "room", "room-1", pid + 1)).isFalse();

        assertThat(other.client().checkExists().forPath(MEMBER)).isNotNull();
    }

    private boolean tell() throws Exception {
        return Obituary.tell(other.client(), "room", "room-1", pid);
    }

    private void leave(String process) throws Exception {
        CuratorFramework client = dead.client();
        String holder = "{\"nonce\":\"x\",\"process\":\"" + process + "\"}";
        client.create()
                .orSetData()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL)
                .forPath(HOLDER, holder.getBytes(UTF_8));
        byte[] registration = Registry.registration("room", "room-1", 7, 1).toJson();
        client.create()
                .orSetData()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL)
                .forPath(MEMBER, registration);
        client.create()
                .orSetData()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL)
                .forPath(STATUS, new byte[0]);
    }

    private String endedProcess() throws Exception {
        String[] own = ProcessStamp.own().split("/", -1);
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        pid = ended.pid();
        return own[0] + "/" + own[1] + "/" + ended.pid() + "/1";
    }
}
