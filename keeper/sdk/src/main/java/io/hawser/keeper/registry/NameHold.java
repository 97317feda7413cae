package io.hawser.keeper.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to go by a name: an ephemeral node that one process has at a time. A hold that was left behind is taken over
 * where its process is certainly dead, or is this very process in an earlier session; any other is waited for.
 *
 * <p>The take-over also writes the name's own node, whose version was read before the holder was: of two processes that
 * both found the holder dead, one loses.
 */
final class NameHold {
    private static final Logger LOG = LoggerFactory.getLogger(NameHold.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CuratorFramework client;
    private final String service;
    private final String name;
    private final String nonce = UUID.randomUUID().toString();

    NameHold(CuratorFramework client, String service, String name) {
        this.client = client;
        this.service = service;
        this.name = name;
    }

    /**
     * Takes the name, waiting for a holder that may be about to vanish.
     *
     * @throws HawserException with ALREADY_EXISTS when another live process keeps it
     */
    void acquire(Duration atMost) throws Exception {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (!tryAcquire()) {
            long leftNs = deadlineNs - System.nanoTime();
            if (leftNs <= 0) {
                throw HawserException.refusal(
                        ErrorCode.ALREADY_EXISTS,
                        "name: " + name + " is held by another live process of " + service
                                + " (expected: a name of its own for each instance)");
            }
            LOG.info("Waiting for the holder of the name {} to go", name);
            awaitRelease(leftNs);
        }
    }

    /** Takes the name now, unless another process that may be alive has it. */
    boolean tryAcquire() throws Exception {
        String path = ZooKeeperPaths.holder(service, name);
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                client.create()
                        .creatingParentsIfNeeded()
                        .withMode(CreateMode.EPHEMERAL)
                        .forPath(path, data());
                return true;
            } catch (KeeperException.NodeExistsException e) {
                switch (lookAtHolder()) {
                    case OURS -> {
                        return true;
                    }
                    case ANOTHER -> {
                        return false;
                    }
                    case GONE -> LOG.debug("The holder of {} went: once more", name);
                }
            }
        }
        return false;
    }

    void release() throws Exception {
        if (holderIs(client.checkExists().forPath(ZooKeeperPaths.holder(service, name)))) {
            client.delete().forPath(ZooKeeperPaths.holder(service, name));
        }
    }

    private enum Holder {
        OURS,
        ANOTHER,
        GONE
    }

    private Holder lookAtHolder() throws Exception {
        String namePath = ZooKeeperPaths.name(service, name);
        String path = ZooKeeperPaths.holder(service, name);
        try {
            Stat nameStat = new Stat();
            byte[] nameData = client.getData().storingStatIn(nameStat).forPath(namePath);
            Stat stat = new Stat();
            JsonNode holder = read(client.getData().storingStatIn(stat).forPath(path));
            boolean ours = holder.path("nonce").asText().equals(nonce);
            if (ours && stat.getEphemeralOwner() == ownSession()) {
                return Holder.OURS;
            }
            String process = holder.path("process").asText();
            return ours || ProcessStamp.isDead(process) ? takeOver(nameData, nameStat.getVersion()) : Holder.ANOTHER;
        } catch (KeeperException.NoNodeException e) {
            return Holder.GONE;
        }
    }

    private Holder takeOver(byte[] nameData, int nameVersion) throws Exception {
        String namePath = ZooKeeperPaths.name(service, name);
        String path = ZooKeeperPaths.holder(service, name);
        CuratorOp claim =
                client.transactionOp().setData().withVersion(nameVersion).forPath(namePath, nameData);
        CuratorOp remove = client.transactionOp().delete().forPath(path);
        CuratorOp create =
                client.transactionOp().create().withMode(CreateMode.EPHEMERAL).forPath(path, data());
        try {
            client.transaction().forOperations(List.of(claim, remove, create));
            LOG.info("The name {} was left behind by a process that ended: taken over", name);
            return Holder.OURS;
        } catch (KeeperException.BadVersionException | KeeperException.NoNodeException e) {
            return Holder.GONE;
        }
    }

    private void awaitRelease(long atMostNs) throws Exception {
        CountDownLatch changed = new CountDownLatch(1);
        Stat stat = client.checkExists()
                .usingWatcher((CuratorWatcher) event -> changed.countDown())
                .forPath(ZooKeeperPaths.holder(service, name));
        if (stat != null) {
            boolean _ = changed.await(atMostNs, TimeUnit.NANOSECONDS);
        }
    }

    private boolean holderIs(@Nullable Stat stat) throws Exception {
        return stat != null && stat.getEphemeralOwner() == ownSession();
    }

    /** Asked of the client itself: the session may have changed since its listeners were told. */
    private long ownSession() throws Exception {
        return client.getZookeeperClient().getZooKeeper().getSessionId();
    }

    private byte[] data() {
        return JSON.createObjectNode()
                .put("nonce", nonce)
                .put("process", ProcessStamp.own())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode read(byte[] data) throws IOException {
        return JSON.readTree(data);
    }
}
