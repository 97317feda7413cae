package io.hawser.keeper.registry;

import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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
 * <p>Who takes it also writes the name's own node, in the version that was read before the holder was: of two processes
 * that both found the holder dead, or of one that takes the name and one that takes a dead holder away, one loses.
 */
final class NameHold {
    private static final Logger LOG = LoggerFactory.getLogger(NameHold.class);

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
        for (int attempt = 0; attempt < 3; attempt++) {
            switch (holderOrSelf()) {
                case OURS -> {
                    return true;
                }
                case ANOTHER -> {
                    return false;
                }
                case GONE -> LOG.debug("The holder of {} changed: once more", name);
            }
        }
        return false;
    }

    void release() throws Exception {
        if (holderIs(client.checkExists().forPath(ZooKeeperPaths.holder(service, name)))) {
            client.delete().forPath(ZooKeeperPaths.holder(service, name));
        }
    }

    private enum Found {
        OURS,
        ANOTHER,
        GONE
    }

    private Found holderOrSelf() throws Exception {
        try {
            Stat nameStat = new Stat();
            byte[] nameData = client.getData().storingStatIn(nameStat).forPath(ZooKeeperPaths.name(service, name));
            return take(nameStat.getVersion(), nameData, List.of());
        } catch (KeeperException.NoNodeException e) {
            // A name that was settled has its node, unless ZooKeeper has lost its data since.
            boolean made = NodeName.createUnlessThere(client, ZooKeeperPaths.name(service, name));
            LOG.debug("The node of {} was lost; made again: {}", name, made);
            return Found.GONE;
        } catch (KeeperException.NodeExistsException e) {
            return lookAtHolder();
        }
    }

    private Found lookAtHolder() throws Exception {
        try {
            Holder holder = Holder.read(client, service, name);
            boolean ours = holder.nonce().equals(nonce);
            if (ours && holder.session() == ownSession()) {
                return Found.OURS;
            }
            return ours || holder.isDead() ? takeOver(holder) : Found.ANOTHER;
        } catch (KeeperException.NoNodeException e) {
            return Found.GONE;
        }
    }

    private Found takeOver(Holder left) throws Exception {
        CuratorOp remove = client.transactionOp().delete().forPath(ZooKeeperPaths.holder(service, name));
        Found found = take(left.nameVersion(), left.nameText().getBytes(StandardCharsets.UTF_8), List.of(remove));
        if (found == Found.OURS) {
            LOG.info("The name {} was left behind by a process that ended: taken over", name);
        }
        return found;
    }

    private Found take(int nameVersion, byte[] nameData, List<CuratorOp> after) throws Exception {
        List<CuratorOp> claim = new ArrayList<>();
        claim.add(client.transactionOp()
                .setData()
                .withVersion(nameVersion)
                .forPath(ZooKeeperPaths.name(service, name), nameData));
        claim.addAll(after);
        claim.add(client.transactionOp()
                .create()
                .withMode(CreateMode.EPHEMERAL)
                .forPath(ZooKeeperPaths.holder(service, name), Holder.ownData(nonce)));
        try {
            client.transaction().forOperations(claim);
            return Found.OURS;
        } catch (KeeperException.BadVersionException | KeeperException.NoNodeException e) {
            return Found.GONE;
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
}
