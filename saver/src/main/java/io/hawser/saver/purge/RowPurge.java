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

    /** Blocks. */
    @Override
    public void run() {
        long nowMs = clock.millis();
        boolean more = false;
        behind = false;
        try {
            for (Lifetime each : lifetimes) {
                more |= portions.delete(each.rows(), nowMs - each.time().toMillis());
            }
            behind = more;
        } catch (HawserException e) {
            LOG.warn("Old rows of {} are not all deleted this time: {}", tables(), e.toString());
        }
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    private List<String> tables() {
        return lifetimes.stream().map(each -> each.rows().table()).toList();
    }
}
