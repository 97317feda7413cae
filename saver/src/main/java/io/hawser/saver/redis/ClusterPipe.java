package io.hawser.saver.redis;

import io.lettuce.core.cluster.SlotHash;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Connections to all masters of a Redis Cluster, as they share its hash slots: where one is lost, all are given up. */
final class ClusterPipe implements RedisPipe {
    private final List<NodePipe> nodes;
    private final NodePipe[] byHashSlot;
    private final Set<NodePipe> lostNodes = new HashSet<>();

    /** @param byHashSlot of each hash slot, one of the nodes */
    ClusterPipe(List<NodePipe> nodes, NodePipe[] byHashSlot) {
        this.nodes = List.copyOf(nodes);
        this.byHashSlot = byHashSlot.clone();
    }

    @Override
    public String runId(int slot) {
        return of(LogKeys.marker(slot)).runId();
    }

    /** The first loss ends all connections; it is told when all have ended, for answers may come until then. */
    @Override
    public void onLost(Runnable lost) {
        nodes.forEach(node -> node.onLost(() -> {
            if (lostNodes.isEmpty()) {
                var _ = close();
            }
            if (lostNodes.add(node) && lostNodes.size() == nodes.size()) {
                lost.run();
            }
        }));
    }

    @Override
    public void run(Script script, byte[][] keys, byte[][] arguments, Callback callback) {
        of(keys[0]).run(script, keys, arguments, callback);
    }

    @Override
    public void flush() {
        nodes.forEach(NodePipe::flush);
    }

    @Override
    public void ping() {
        nodes.forEach(NodePipe::ping);
    }

    @Override
    public int inFlight() {
        return nodes.stream().mapToInt(NodePipe::inFlight).sum();
    }

    @Override
    public boolean quiet() {
        // Each is to be asked.
        return nodes.stream().filter(NodePipe::quiet).count() > 0;
    }

    @Override
    public boolean refusesWrites() {
        return nodes.stream().anyMatch(NodePipe::refusesWrites);
    }

    @Override
    public CompletableFuture<Void> close() {
        return CompletableFuture.allOf(nodes.stream().map(NodePipe::close).toArray(CompletableFuture[]::new));
    }

    private NodePipe of(byte[] key) {
        return byHashSlot[SlotHash.getSlot(key)];
    }
}
