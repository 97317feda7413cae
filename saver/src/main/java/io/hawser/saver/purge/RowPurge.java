package io.hawser.saver.purge;

import io.hawser.wire.HawserException;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes rows of some tables when their time is over: of each table as many as a turn takes. */
public final class RowPurge implements BoundedPurge {
    private static final Logger LOG = LoggerFactory.getLogger(RowPurge.class);

    private final Portions portions;
    private final Clock clock;
    private final List<Lifetime> lifetimes;
    private boolean behind;

    public RowPurge(Portions portions, Clock clock, List<Lifetime> lifetimes) {
        this.portions = portions;
        this.clock = clock;
        this.lifetimes = List.copyOf(lifetimes);
    }

    /** Blocks. A table that fails keeps no other from its turn. */
    @Override
    public void run() {
        long nowMs = clock.millis();
        boolean more = false;
        for (Lifetime each : lifetimes) {
            more |= delete(each, nowMs - each.time().toMillis());
        }
        behind = more;
    }

    private boolean delete(Lifetime each, long beforeMs) {
        try {
            return portions.delete(each.rows(), beforeMs);
        } catch (HawserException e) {
            LOG.warn(
                    "Old rows of {} are not all deleted this time: {}",
                    each.rows().table(),
                    e.toString());
            return false;
        }
    }

    @Override
    public boolean isBehind() {
        return behind;
    }
}
