package io.hawser.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.config.Secret;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.stores.EmbeddedZooKeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where a process has ended can be said for certain on Linux alone. */
@EnabledOnOs(OS.LINUX)
class ZooKeeperObituariesTest {
    private static final String MEMBER = ZooKeeperPaths.member("room", "room-1");

    @TempDir
    private Path home;

    private EmbeddedZooKeeper zooKeeper;
    private CuratorFramework client;
    private Obituaries obituaries;
    private TestAgent agent;

    @BeforeEach
    void start() {
        zooKeeper = EmbeddedZooKeeper.temporary();
        ZooKeeperSettings settings = new ZooKeeperSettings(
                zooKeeper.connectString(), Duration.ofSeconds(20), Duration.ofSeconds(20), Secret.none());
        client = ZooKeeperSession.client(settings);
        client.start();
        obituaries = new ZooKeeperObituaries(settings);
        agent = new TestAgent(home, LogLimits.defaults(), obituaries);
    }

    @AfterEach
    void stop() {
        agent.close();
        obituaries.close();
        client.close();
        zooKeeper.close();
    }

    @Test
    void aServiceThatWasKilledIsGoneForAllAtOnceAndTheNextOneRegisters() throws Exception {
        run("room");
        long killed = sessionOf(MEMBER);

        agent.supervisor().kill("room-1").join();

        // Its session goes on for 40 s.
        await().atMost(TestAgent.SOON).until(() -> sessionOf(MEMBER) != killed);
        await().atMost(TestAgent.SOON).until(() -> sessionOf(MEMBER) != 0);
        assertThat(sessionOf(ZooKeeperPaths.holder("room", "room-1"))).isEqualTo(sessionOf(MEMBER));
    }

    @Test
    void nothingIsSaidOfWhatIsNoService() throws Exception {
        run("");
        long killed = sessionOf(MEMBER);

        agent.supervisor().kill("room-1").join();
        agent.supervisor().drain("room-1").join();

        obituaries.close();
        assertThat(sessionOf(MEMBER)).isEqualTo(killed);
    }

    private void run(String service) {
        ProcessSpec spec = ProcessSpec.of("room-1", Child.command("register", zooKeeper.connectString(), "room-1"));
        agent.run(service.isEmpty() ? spec : spec.asService(service, Set.of(2, 3)));
        await().atMost(TestAgent.SOON).until(() -> sessionOf(MEMBER) != 0);
    }

    /** Returns 0 where nobody is registered. */
    private long sessionOf(String path) throws Exception {
        Stat stat = client.checkExists().forPath(path);
        return stat == null ? 0 : stat.getEphemeralOwner();
    }
}
