package io.hawser.keeper.zookeeper;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host's session with ZooKeeper. It tells apart the two ways back after a break: the same session again, where all
 * that was registered still stands, and a new one, where nothing does.
 */
public final class ZooKeeperSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperSession.class);
    /** What a client that is not connected yet has for an id. */
    private static final long NONE = 0;

    private final CuratorFramework client;
    private final boolean owned;
    private final KeeperLoop loop;
    private final Counter sessions;
    private final ConnectionStateListener stateListener;
    private final List<Runnable> newSessionListeners = new ArrayList<>();
    private final List<Runnable> reconnectListeners = new ArrayList<>();
    private long sessionId = NONE;
    private volatile boolean connected = true;

    private ZooKeeperSession(CuratorFramework client, boolean owned, KeeperLoop loop, MeterRegistry meters) {
        this.client = client;
        this.owned = owned;
        this.loop = loop;
        this.sessions = Counter.builder("hawser.zookeeper.sessions")
                .description("Sessions with ZooKeeper so far; each beyond the first came after a loss")
                .register(meters);
        Gauge.builder("hawser.zookeeper.connected", this, session -> session.connected ? 1 : 0)
                .register(meters);
        this.stateListener = (curator, state) -> stateChanged(state);
    }

    /**
     * Connects with a client of its own.
     *
     * @throws HawserException with UNAVAILABLE when ZooKeeper does not answer within the connect timeout
     */
    public static ZooKeeperSession open(ZooKeeperSettings settings, KeeperLoop loop, MeterRegistry meters) {
        CuratorFramework client = client(settings);
        client.start();
        try {
            return new ZooKeeperSession(client, true, loop, meters).started(settings.connectTimeout());
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** Uses a client that others use too, started by its owner and closed by its owner. */
    public static ZooKeeperSession share(
            CuratorFramework client, Duration connectTimeout, KeeperLoop loop, MeterRegistry meters) {
        return new ZooKeeperSession(client, false, loop, meters).started(connectTimeout);
    }

    /** Returns a client that has the settings' bounds, not started. */
    public static CuratorFramework client(ZooKeeperSettings settings) {
        CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                .connectString(settings.connect())
                .sessionTimeoutMs((int) settings.sessionTimeout().toMillis())
                .connectionTimeoutMs(
                        (int) Math.min(3_000, settings.connectTimeout().toMillis()))
                .retryPolicy(new BoundedExponentialBackoffRetry(50, 500, 3))
                // Nodes made on the way are empty; the client's default is this machine's address.
                .defaultData(new byte[0])
                // Members of the ensemble may advertise addresses that are not reachable from here.
                .ensembleTracker(false);
        if (!settings.digest().isEmpty()) {
            builder.authorization("digest", settings.digest().reveal().getBytes(StandardCharsets.UTF_8))
                    .aclProvider(new CreatorOnly());
        }
        return builder.build();
    }

    public CuratorFramework client() {
        return client;
    }

    /** Returns whether ZooKeeper is there now; asking it anything else is in vain otherwise. */
    public boolean connected() {
        return connected;
    }

    /** Calls in the loop after each change of session, before what {@link #onReconnect} has. */
    public void onNewSession(Runnable listener) {
        loop.execute(() -> newSessionListeners.add(listener));
    }

    /** Calls in the loop whenever ZooKeeper is back, in whichever session. */
    public void onReconnect(Runnable listener) {
        loop.execute(() -> reconnectListeners.add(listener));
    }

    @Override
    public void close() {
        client.getConnectionStateListenable().removeListener(stateListener);
        connected = false;
        if (owned) {
            client.close();
        }
    }

    private ZooKeeperSession started(Duration connectTimeout) {
        awaitConnected(connectTimeout);
        client.getConnectionStateListenable().addListener(stateListener);
        loop.call(() -> {
            follow(currentId());
            return sessionId;
        });
        return this;
    }

    private void awaitConnected(Duration atMost) {
        try {
            if (!client.blockUntilConnected((int) atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw HawserException.refusal(
                        ErrorCode.UNAVAILABLE,
                        "zookeeper: " + client.getZookeeperClient().getCurrentConnectionString()
                                + " does not answer (expected: within " + atMost.toMillis() + " ms)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HawserException(ErrorCode.CANCELLED, "zookeeper: interrupted while connecting", e);
        }
    }

    private void stateChanged(ConnectionState state) {
        connected = state == ConnectionState.CONNECTED || state == ConnectionState.RECONNECTED;
        if (connected) {
            loop.execute(this::reconnected);
        } else {
            LOG.warn("ZooKeeper {}: going on with the last view", state);
        }
    }

    private void reconnected() {
        follow(currentId());
        reconnectListeners.forEach(listener -> loop.contain("connection listener", listener));
    }

    /**
     * Takes the session that there is now. The first one follows none, whether the start or the news of the connection
     * finds it; a client that is on its way to another session has none to take, and that one's news will come.
     */
    private void follow(long now) {
        long before = sessionId;
        if (now == NONE || now == before) {
            return;
        }
        sessionId = now;
        sessions.increment();
        if (before != NONE) {
            LOG.warn("The session with ZooKeeper was lost: 0x{} follows 0x{}", hex(now), hex(before));
            newSessionListeners.forEach(listener -> loop.contain("session listener", listener));
        }
    }

    private long currentId() {
        try {
            return client.getZookeeperClient().getZooKeeper().getSessionId();
        } catch (Exception e) {
            throw new HawserException(ErrorCode.UNAVAILABLE, "zookeeper: no session", e);
        }
    }

    private static String hex(long id) {
        return Long.toHexString(id);
    }

    /** Only whoever has the same digest may read or change what is made. */
    private static final class CreatorOnly implements ACLProvider {
        @Override
        public List<ACL> getDefaultAcl() {
            return ZooDefs.Ids.CREATOR_ALL_ACL;
        }

        @Override
        public List<ACL> getAclForPath(String path) {
            return ZooDefs.Ids.CREATOR_ALL_ACL;
        }
    }
}
