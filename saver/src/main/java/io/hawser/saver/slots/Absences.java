package io.hawser.saver.slots;

import io.hawser.rpc.link.Membership;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Since when the membership has not shown other savers' lives. One that stops in good order leaves the membership first,
 * and then gives its slots up, so it is waited for.
 */
final class Absences {
    private static final Duration MISSING_GRACE = Duration.ofMillis(500);
    private static final Duration LEAVING_GRACE = Duration.ofSeconds(15);

    private final String node;
    private final Map<Long, Long> missingSinceNanos = new HashMap<>();

    /** @param node this instance: another life of it is over */
    Absences(String node) {
        this.node = node;
    }

    /** Whether a life is over as far as the membership goes. */
    boolean isOver(SlotRows.Owner other, Membership.View view) {
        if (other.node().equals(node)) {
            return true;
        }
        boolean seen = view.peers().stream()
                .anyMatch(peer -> peer.name().equals(other.node()) && peer.incarnation() == other.life());
        if (seen) {
            forget(other);
            return false;
        }
        long nowNanos = System.nanoTime();
        long since = missingSinceNanos.computeIfAbsent(other.incarnation(), id -> nowNanos);
        Duration grace = other.state().equals("LEAVING") ? LEAVING_GRACE : MISSING_GRACE;
        return nowNanos - since >= grace.toNanos();
    }

    void forget(SlotRows.Owner other) {
        missingSinceNanos.remove(other.incarnation());
    }
}
