package io.hawser.keeper.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.registry.Sessions;
import io.hawser.stores.EmbeddedZooKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.listen.Listenable;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ZooKeeperSessionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final KeeperLoop loop = new KeeperLoop("test", meters);
    private EmbeddedZooKeeper zooKeeper;
    private CuratorFramework client;

    @BeforeEach
    void connect() {
        zooKeeper = EmbeddedZooKeeper.temporary();
        client = ZooKeeperSession.client(ZooKeeperSettings.of(zooKeeper.connectString()));
        client.start();
    }

    @AfterEach
    void close() {
        loop.close();
        client.close();
        zooKeeper.close();
    }

    @Test
    void theFirstSessionFollowsNoneHoweverEarlyItsNewsComes() {
        try (ZooKeeperSession session = ZooKeeperSession.share(tellingAtOnce(client), PATIENCE, loop, meters)) {
            assertThat(session.connected()).isTrue();
            assertThat(sessions()).isEqualTo(1);
        }
    }

    @Test
    void aLostSessionIsToldOfOnce() throws Exception {
        try (ZooKeeperSession session = ZooKeeperSession.share(client, PATIENCE, loop, meters)) {
            CountDownLatch told = new CountDownLatch(1);
            session.onNewSession(told::countDown);

            Sessions.expire(client);

            assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
            await().until(() -> sessions() == 2);
        }
    }

    private double sessions() {
        return meters.get("hawser.zookeeper.sessions").counter().count();
    }

    /** The client, but whoever listens to its state hears at once that it is connected, as may happen at a start. */
    private static CuratorFramework tellingAtOnce(CuratorFramework client) {
        return (CuratorFramework) Proxy.newProxyInstance(
                CuratorFramework.class.getClassLoader(),
                new Class<?>[] {CuratorFramework.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnectionStateListenable")) {
                        return tellingAtOnce(client, client.getConnectionStateListenable());
                    }
                    try {
                        return method.invoke(client, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static Object tellingAtOnce(CuratorFramework client, Listenable<ConnectionStateListener> listenable) {
        return Proxy.newProxyInstance(
                Listenable.class.getClassLoader(), new Class<?>[] {Listenable.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(listenable, arguments);
                    if (method.getName().equals("addListener")) {
                        ((ConnectionStateListener) arguments[0]).stateChanged(client, ConnectionState.CONNECTED);
                    }
                    return answer;
                });
    }
}
