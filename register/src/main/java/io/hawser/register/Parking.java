package io.hawser.register;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Devices whose last session has ended, until they are back or count as offline. One that is back leaves its place in the
 * line behind, which counts until its time has come: so what is held is bounded, and nobody searches the line. Those of a slot that
 * another register owns by now are its concern.
 */
final class Parking {
    private final Map<Away.Device, Away> parked = new HashMap<>();
    private final PriorityQueue<Away> line = new PriorityQueue<>(Comparator.comparingLong(Away::dueNanos));

    /** Parks a device, anew where it was; {@code early} is given the one that has to go for it, if any. */
    void park(Away away, int max, Consumer<Away> early) {
        while (line.size() >= max) {
            takeFirst(early);
        }
        parked.put(away.device(), away);
        line.add(away);
    }

    /** The device is back. Returns whether it was parked. */
    boolean unpark(Away.Device device) {
        Away away = parked.remove(device);
        return away != null && !away.slot().released;
    }

    boolean isParked(Away.Device device) {
        Away away = parked.get(device);
        return away != null && !away.slot().released;
    }

    /** Gives those whose time has come. */
    void takeDue(long nowNanos, Consumer<Away> due) {
        for (Away first = line.peek(); isDue(first, nowNanos); first = line.peek()) {
            takeFirst(due);
        }
    }

    /** Places in the line, those left behind included. */
    int size() {
        return line.size();
    }

    private static boolean isDue(@Nullable Away away, long nowNanos) {
        return away != null && away.dueNanos() - nowNanos <= 0;
    }

    private void takeFirst(Consumer<Away> taken) {
        Away first = line.remove();
        if (parked.remove(first.device(), first) && !first.slot().released) {
            taken.accept(first);
        }
    }
}
