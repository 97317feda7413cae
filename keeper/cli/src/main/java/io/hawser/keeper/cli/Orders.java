package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.command.Order;
import io.hawser.keeper.registry.InstanceStatus;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;

/**
 * Orders to instances, each a node that ends with this command: so none is heeded after its giver has stopped waiting for
 * it.
 */
final class Orders {
    private static final Duration STEP = Duration.ofMillis(50);

    private final CuratorFramework client;
    private final String by;

    Orders(CuratorFramework client, String by) {
        this.client = client;
        this.by = by;
    }

    /** One that was given. */
    record Given(InstanceStatus to, String path) {
        String name() {
            return to.name();
        }
    }

    Given give(InstanceStatus to, String kind, ObjectNode arguments) throws Exception {
        Order order = Order.ask(kind, by, to.incarnation(), arguments);
        String parent = ZooKeeperPaths.orders(to.service(), to.name());
        try {
            return new Given(
                    to,
                    client.create().withMode(CreateMode.EPHEMERAL_SEQUENTIAL).forPath(parent + "/o-", order.toJson()));
        } catch (KeeperException.NoNodeException e) {
            throw new KeeperFailure(
                    Exit.REFUSED, to.name() + ": takes no orders (expected: an instance of this release)", e);
        }
    }

    /**
     * Waits until an instance has answered.
     *
     * @param untilEnd whether to wait until it is done, not only under way
     * @throws KeeperFailure with REFUSED, or TIMEOUT; then the order is taken back
     */
    Order await(Given given, Duration atMost, boolean untilEnd) throws Exception {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (true) {
            Order now = Order.fromJson(client.getData().forPath(given.path()));
            if (now.state() == Order.State.REFUSED) {
                throw new KeeperFailure(Exit.REFUSED, given.name() + ": " + now.said());
            }
            if (now.state().isEnd() || (!untilEnd && now.state() == Order.State.ACCEPTED)) {
                return now;
            }
            if (System.nanoTime() - deadlineNs >= 0) {
                takeBack(given);
                throw new KeeperFailure(
                        Exit.TIMEOUT,
                        given.name() + ": no answer within " + Times.format(atMost) + "; the order is taken back");
            }
            Thread.sleep(STEP);
        }
    }

    private void takeBack(Given given) throws Exception {
        try {
            client.delete().forPath(given.path());
        } catch (KeeperException.NoNodeException e) {
            // Gone already, which is all that is wanted.
            return;
        }
    }
}
