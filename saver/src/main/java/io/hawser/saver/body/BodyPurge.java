package io.hawser.saver.body;

import io.hawser.saver.purge.BoundedPurge;
import io.hawser.saver.purge.Outdated;
import io.hawser.saver.purge.Portions;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes bodies that have expired, and requests that may be used anew. */
public final class BodyPurge implements BoundedPurge {
    private static final Logger LOG = LoggerFactory.getLogger(BodyPurge.class);
    private static final Outdated BODIES = Outdated.by("body", "expires_ms").large();
    private static final Outdated REQUESTS = Outdated.by("body_request", "stored_ms");

    private final Portions portions;
    private final Duration requestLifetime;
    private final Clock clock;
    private boolean behind;

    public BodyPurge(Portions portions, Duration requestLifetime, Clock clock) {
        this.portions = portions;
        this.requestLifetime = requestLifetime;
        this.clock = clock;
    }

    /** Blocks. */
    @Override
    public void run() {
        long nowMs = clock.millis();
        behind = false;
        try {
            boolean bodies = portions.delete(BODIES, nowMs);
            behind = portions.delete(REQUESTS, nowMs - requestLifetime.toMillis()) || bodies;
        } catch (HawserException e) {
            LOG.warn("Old bodies are not deleted this time: {}", e.toString());
        }
    }

    @Override
    public boolean isBehind() {
        return behind;
    }
}
