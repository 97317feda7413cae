package io.hawser.saver.redis;

import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which master of a Redis Cluster has which hash slots.
 *
 * @param ranges none overlaps another; together they are all hash slots
 */
record ClusterSlots(List<Range> ranges) {
    /** Hash slots from {@code first} to {@code last}, both included. */
    record Range(int first, int last, Node master) {}

    record Node(String host, int port) {}

    ClusterSlots {
        ranges = List.copyOf(ranges);
        int covered =
                ranges.stream().mapToInt(range -> range.last - range.first + 1).sum();
        if (covered != SlotHash.SLOT_COUNT) {
            throw new IllegalStateException("hash slots that nodes of the cluster have: " + covered + " (expected: "
                    + SlotHash.SLOT_COUNT + ")");
        }
    }

    Set<Node> masters() {
        Set<Node> masters = new LinkedHashSet<>();
        ranges.forEach(range -> masters.add(range.master));
        return masters;
    }

    /** Returns a key of nothing that one of the masters has. */
    byte[] probeOf(Node master) {
        return Stream.iterate(0, number -> number + 1)
                .map(LogKeys::probe)
                .filter(key -> has(master, SlotHash.getSlot(key)))
                .findFirst()
                .orElseThrow();
    }

    private boolean has(Node master, int hashSlot) {
        return ranges.stream()
                .anyMatch(range -> range.master.equals(master) && range.first <= hashSlot && hashSlot <= range.last);
    }

    /**
     * Reads the answer to CLUSTER SLOTS: first and last slot, then the nodes, the master first, each with host, port and
     * more.
     *
     * @param asked the host that was asked: its answer may leave out where it is itself
     */
    static ClusterSlots of(List<Object> answer, String asked) {
        List<Range> ranges = new ArrayList<>(answer.size());
        for (Object each : answer) {
            List<?> range = (List<?>) each;
            List<?> master = (List<?>) range.get(2);
            String host = master.get(0) instanceof byte[] name ? new String(name, StandardCharsets.UTF_8) : "";
            Node node = new Node(host.isEmpty() ? asked : host, number(master.get(1)));
            ranges.add(new Range(number(range.get(0)), number(range.get(1)), node));
        }
        return new ClusterSlots(ranges);
    }

    private static int number(Object value) {
        return Math.toIntExact((Long) value);
    }
}
