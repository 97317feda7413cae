package io.hawser.saver.purge;

import io.hawser.wire.HawserException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what users' logs left: expired messages that nobody came to load, requests, tombstones and fruitless connections. */
public final class LogPurge implements BoundedPurge {
    private static final Logger LOG = LoggerFactory.getLogger(LogPurge.class);
    private static final Outdated MESSAGES = Outdated.by("message", "expires_ms");
    private static final Outdated REQUESTS = Outdated.by("request", "accepted_ms");
    private static final Outdated TOMBSTONES = Outdated.by("tombstone", "at_ms");
    private static final Outdated HOLDS = Outdated.by("mailbox_hold", "ended_ms");

    private final Portions portions;
    private final Clock clock;
    private final Duration requestLifetime;
    private final Duration tombstoneLifetime;
    private final Duration holdLifetime;
    private boolean behind;

    /**
     * @param tombstoneLifetime longer than any message lives
     * @param holdLifetime how long fruitless connections of a mailbox are remembered
     */
    public LogPurge(
            Portions portions,
            Clock clock,
            Duration requestLifetime,
            Duration tombstoneLifetime,
            Duration holdLifetime) {
        this.portions = portions;
        this.clock = clock;
        this.requestLifetime = requestLifetime;
        this.tombstoneLifetime = tombstoneLifetime;
        this.holdLifetime = holdLifetime;
    }

    /** Blocks. */
    @Override
    public void run() {
        long nowMs = clock.millis();
        behind = false;
        try {
            boolean messages = portions.delete(MESSAGES, nowMs);
            boolean requests = portions.delete(REQUESTS, nowMs - requestLifetime.toMillis());
            boolean tombstones = portions.delete(TOMBSTONES, nowMs - tombstoneLifetime.toMillis());
            boolean holds = portions.delete(HOLDS, nowMs - holdLifetime.toMillis());
            behind = messages || requests || tombstones || holds;
        } catch (HawserException e) {
            LOG.warn("Old rows are not deleted this time: {}", e.toString());
        }
    }

    @Override
    public boolean isBehind() {
        return behind;
    }
}
