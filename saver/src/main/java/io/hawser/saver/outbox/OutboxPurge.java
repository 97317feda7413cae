package io.hawser.saver.outbox;

import io.hawser.saver.purge.BoundedPurge;
import io.hawser.saver.purge.Outdated;
import io.hawser.saver.purge.Portions;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what nobody will ask for any more: dead letters that nobody drove again, streams and installations that were
 * silent for long. What is undelivered stays, however old.
 */
public final class OutboxPurge implements BoundedPurge {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxPurge.class);
    private static final Outdated DEAD_LETTERS = Outdated.by("dead_letter", "buried_ms");
    private static final Outdated INSTALLATIONS = Outdated.by("outbox_installation", "touched_ms");
    /** Who was told to be online stays: a register may ask for it. */
    private static final Outdated STREAMS = Outdated.by("outbox_stream", "touched_ms")
            .where("told <> " + StreamState.ONLINE
                    + " AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.stream = outbox_stream.stream)");

    private final Portions portions;
    private final Clock clock;
    private final OutboxSettings settings;
    private boolean behind;

    public OutboxPurge(Portions portions, Clock clock, OutboxSettings settings) {
        this.portions = portions;
        this.clock = clock;
        this.settings = settings;
    }

    /** Blocks. */
    @Override
    public void run() {
        behind = false;
        try {
            boolean letters = portions.delete(DEAD_LETTERS, before(settings.deadLetterLifetime()));
            boolean installations = portions.delete(INSTALLATIONS, before(settings.silence()));
            behind = portions.delete(STREAMS, before(settings.silence())) || installations || letters;
        } catch (HawserException e) {
            LOG.warn("Old rows of the outbox are not deleted this time: {}", e.toString());
        }
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    private long before(Duration lifetime) {
        return clock.millis() - lifetime.toMillis();
    }
}
