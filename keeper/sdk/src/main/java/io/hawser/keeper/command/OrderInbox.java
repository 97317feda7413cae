package io.hawser.keeper.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders to this instance: nodes that operators put below one of its own, each ephemeral, so that an order whose
 * giver has gone is not heeded later. Each is heeded once, logged with its giver's name, and answered in its node. Loop
 * only.
 */
public final class OrderInbox {
    private static final Logger LOG = LoggerFactory.getLogger(OrderInbox.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** Orders that stand here at once; one instance has a handful of operators. */
    private static final int MOST = 64;

    private final ZooKeeperSession session;
    private final CuratorFramework client;
    private final KeeperLoop loop;
    private final String path;
    private final LongSupplier incarnation;
    private final Map<String, OrderHandler> handlers;
    private final MeterRegistry meters;
    private final CuratorWatcher watcher;
    private final Set<String> heeded = new HashSet<>();

    public OrderInbox(
            ZooKeeperSession session,
            KeeperLoop loop,
            String service,
            String name,
            LongSupplier incarnation,
            Map<String, OrderHandler> handlers,
            MeterRegistry meters) {
        this.session = session;
        this.client = session.client();
        this.loop = loop;
        this.path = ZooKeeperPaths.orders(service, name);
        this.incarnation = incarnation;
        this.handlers = Map.copyOf(handlers);
        this.meters = meters;
        this.watcher = event -> {
            if (event.getType() != EventType.None) {
                loop.execute(this::look);
            }
        };
    }

    /** Heeds orders from now on. */
    public void open() {
        session.onReconnect(this::look);
        loop.call(() -> {
            look();
            return null;
        });
    }

    private void look() {
        if (!session.connected()) {
            return;
        }
        try {
            List<String> there = children();
            heeded.retainAll(there);
            for (String id : new TreeSet<>(there)) {
                if (!heeded.contains(id) && heeded.size() < MOST) {
                    take(id);
                }
            }
        } catch (Exception e) {
            LOG.warn("Orders cannot be read now: {}", e.toString());
            loop.after(RETRY, this::look);
        }
    }

    private List<String> children() throws Exception {
        try {
            return client.getChildren().usingWatcher(watcher).forPath(path);
        } catch (KeeperException.NoNodeException e) {
            client.create().orSetData().creatingParentsIfNeeded().forPath(path, new byte[0]);
            return client.getChildren().usingWatcher(watcher).forPath(path);
        }
    }

    private void take(String id) throws Exception {
        try {
            Order order = Order.fromJson(client.getData().forPath(path + "/" + id));
            heeded.add(id);
            if (order.state() == Order.State.ASKED) {
                heed(order, new NodeAnswer(order, path + "/" + id));
            }
        } catch (KeeperException.NoNodeException e) {
            LOG.debug("The order {} was taken back", id);
        } catch (IOException e) {
            heeded.add(id);
            LOG.warn("The order {} cannot be read: {}", id, e.getMessage());
        }
    }

    private void heed(Order order, NodeAnswer answer) {
        long now = incarnation.getAsLong();
        OrderHandler handler = handlers.get(order.kind());
        if (order.incarnation() != now) {
            answer.refused("incarnation " + order.incarnation() + " (expected: " + now + ", it started again since)");
        } else if (handler == null) {
            answer.refused(
                    order.kind() + ": unknown (expected: " + String.join(", ", new TreeSet<>(handlers.keySet())) + ")");
        } else {
            begin(order, handler, answer);
        }
    }

    private void begin(Order order, OrderHandler handler, NodeAnswer answer) {
        LOG.warn("Told by {}: {} {}", order.by(), order.kind(), order.arguments());
        try {
            handler.handle(order.arguments(), answer);
        } catch (HawserException e) {
            answer.refused(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            LOG.error("The order {} failed", order.kind(), e);
            answer.refused("a fault of ours: " + e);
        }
    }

    /** Writes into the order's node; where that has gone, nobody waits any more. */
    private final class NodeAnswer implements Answer {
        private final Order order;
        private final String node;

        NodeAnswer(Order order, String node) {
            this.order = order;
            this.node = node;
        }

        @Override
        public void accepted(String words) {
            answer(Order.State.ACCEPTED, words, JsonNodeFactory.instance.objectNode());
        }

        @Override
        public void done(String words, ObjectNode result) {
            count("done");
            answer(Order.State.DONE, words, result);
        }

        @Override
        public void refused(String words) {
            count("refused");
            LOG.warn("The order {} of {} is refused: {}", order.kind(), order.by(), words);
            answer(Order.State.REFUSED, words, JsonNodeFactory.instance.objectNode());
        }

        private void count(String outcome) {
            Counter.builder("hawser.keeper.orders")
                    .description("Orders of operators that have ended")
                    .tag("outcome", outcome)
                    .register(meters)
                    .increment();
        }

        private void answer(Order.State state, String words, ObjectNode result) {
            loop.execute(() -> {
                try {
                    client.setData()
                            .forPath(node, order.answered(state, words, result).toJson());
                } catch (Exception e) {
                    LOG.info("{} could not be told what became of {}: {}", order.by(), order.kind(), e.toString());
                }
            });
        }
    }
}
