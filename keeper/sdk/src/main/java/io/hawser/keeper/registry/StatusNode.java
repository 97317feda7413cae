package io.hawser.keeper.registry;

import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an instance's {@link InstanceStatus} in ZooKeeper as it is now: after each change, and again after a lost
 * session. While ZooKeeper is away nothing is written, and the newest is written when it is back.
 */
public final class StatusNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusNode.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ZooKeeperSession session;
    private final CuratorFramework client;
    private final KeeperLoop loop;
    private final Identity identity;
    private final Supplier<InstanceStatus> status;
    private final String path;
    private boolean opened;
    private boolean closed;
    private boolean retrying;

    /** @param status returns what holds now; asked in the loop */
    public StatusNode(
            ZooKeeperSession session,
            KeeperLoop loop,
            Identity identity,
            String service,
            Supplier<InstanceStatus> status) {
        this.session = session;
        this.client = session.client();
        this.loop = loop;
        this.identity = identity;
        this.status = status;
        this.path = ZooKeeperPaths.running(service, identity.name());
    }

    /** Writes from now on: before this returns, if ZooKeeper is there, and whenever it is back. */
    public void open() {
        session.onReconnect(this::write);
        loop.call(() -> {
            opened = true;
            write();
            return null;
        });
    }

    /** Writes what has changed. */
    public void changed() {
        loop.execute(this::write);
    }

    /** Takes the node away: nobody runs here any more. */
    @Override
    public void close() {
        loop.call(() -> {
            closed = true;
            if (session.connected()) {
                delete();
            }
            return null;
        });
    }

    private void write() {
        retrying = false;
        if (!opened || closed || !session.connected()) {
            return;
        }
        try {
            if (!identity.established()) {
                throw new IllegalStateException("the name is not held again yet");
            }
            put(status.get().toJson());
        } catch (Exception e) {
            LOG.debug("What {} runs cannot be told now: {}", identity.name(), e.toString());
            retry();
        }
    }

    private void retry() {
        if (!retrying) {
            retrying = true;
            loop.after(RETRY, this::write);
        }
    }

    /** The name is ours, so a node of another session is a leftover of our own earlier one, and goes with that. */
    private void put(byte[] data) throws Exception {
        var there = client.checkExists().forPath(path);
        if (there == null) {
            client.create()
                    .creatingParentsIfNeeded()
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath(path, data);
        } else if (there.getEphemeralOwner()
                == client.getZookeeperClient().getZooKeeper().getSessionId()) {
            client.setData().forPath(path, data);
        } else {
            replace(data);
        }
    }

    private void replace(byte[] data) throws Exception {
        client.transaction()
                .forOperations(List.of(
                        client.transactionOp().delete().forPath(path),
                        client.transactionOp()
                                .create()
                                .withMode(CreateMode.EPHEMERAL)
                                .forPath(path, data)));
    }

    private void delete() throws Exception {
        try {
            client.delete().forPath(path);
        } catch (KeeperException.NoNodeException e) {
            LOG.debug("{} was not there", path);
        }
    }
}
