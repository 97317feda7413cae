package io.hawser.saver.endpoint;

import io.hawser.saver.purge.BoundedPurge;
import io.hawser.saver.purge.Outdated;
import io.hawser.saver.purge.Portions;
import io.hawser.wire.HawserException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes cursors of endpoints that have been away for longer than any broadcast lives. */
public final class CursorPurge implements BoundedPurge {
    private static final Logger LOG = LoggerFactory.getLogger(CursorPurge.class);
    private static final Outdated CURSORS = Outdated.by("endpoint_cursor", "saved_ms");

    private final EndpointSettings settings;
    private final Portions portions;
    private final Clock clock;
    private boolean behind;

    public CursorPurge(EndpointSettings settings, Portions portions, Clock clock) {
        this.settings = settings;
        this.portions = portions;
        this.clock = clock;
    }

    /** Blocks. */
    @Override
    public void run() {
        behind = false;
        try {
            behind = portions.delete(
                    CURSORS, clock.millis() - settings.cursorLifetime().toMillis());
        } catch (HawserException e) {
            LOG.warn("Old cursors are not deleted this time: {}", e.toString());
        }
    }

    @Override
    public boolean isBehind() {
        return behind;
    }
}
