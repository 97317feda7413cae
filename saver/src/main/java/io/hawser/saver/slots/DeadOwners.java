package io.hawser.saver.slots;

import io.hawser.rpc.link.Membership;
import io.hawser.saver.journal.Folds;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the lives of savers that are gone, and folds what they left, so that their slots can be taken. One that stops in
 * good order leaves the membership first, and then gives its slots up, so it is waited for. All methods block.
 */
final class DeadOwners {
    private static final Logger LOG = LoggerFactory.getLogger(DeadOwners.class);
    private static final Duration MISSING_GRACE = Duration.ofMillis(500);
    private static final Duration LEAVING_GRACE = Duration.ofSeconds(15);

    private final String node;
    private final Incarnations incarnations;
    private final SlotRows rows;
    private final Folds folds;
    private final Clock clock;
    /** By incarnation, since when the membership has not shown it. */
    private final Map<Long, Long> missingSinceNanos = new HashMap<>();

    /** @param node this instance: another life of it is over */
    DeadOwners(String node, Incarnations incarnations, SlotRows rows, Folds folds, Clock clock) {
        this.node = node;
        this.incarnations = incarnations;
        this.rows = rows;
        this.folds = folds;
        this.clock = clock;
    }

    /** Closes those lives that own any of these slots and are over; {@code self} owns none of them. */
    void close(Set<Integer> slots, long self, Membership.View view) throws SQLException {
        for (SlotRows.Owner other : rows.others(slots, self)) {
            boolean dead = other.state().equals("DEAD");
            if (!dead && isOver(other, view)) {
                LOG.info("Incarnation {} of {} is over", other.incarnation(), other.node());
                incarnations.declareDead(other.incarnation());
                dead = true;
            }
            if (dead) {
                folds.closeDead(other.incarnation(), clock.millis());
                missingSinceNanos.remove(other.incarnation());
            }
        }
    }

    private boolean isOver(SlotRows.Owner other, Membership.View view) {
        if (other.node().equals(node)) {
            return true;
        }
        boolean seen = view.peers().stream()
                .anyMatch(peer -> peer.name().equals(other.node()) && peer.incarnation() == other.life());
        if (seen) {
            missingSinceNanos.remove(other.incarnation());
            return false;
        }
        long nowNanos = System.nanoTime();
        long since = missingSinceNanos.computeIfAbsent(other.incarnation(), id -> nowNanos);
        Duration grace = other.state().equals("LEAVING") ? LEAVING_GRACE : MISSING_GRACE;
        return nowNanos - since >= grace.toNanos();
    }
}
