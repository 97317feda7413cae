package io.hawser.saver.endpoint;

import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.purge.Lifetime;
import io.hawser.saver.purge.Outdated;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.List;

/**
 * Bounds of endpoints.
 *
 * @param maxGroups groups of an endpoint, those of its user included; beyond: RESOURCE_EXHAUSTED
 * @param cursorLifetime how long a cursor is kept that is not saved again; longer than any broadcast lives
 * @param batches of openings, of changes of groups, of cursors and of other calls each
 */
public record EndpointSettings(int maxGroups, Duration cursorLifetime, BatchSettings batches) {
    private static final Outdated CURSORS = Outdated.by("endpoint_cursor", "saved_ms");

    public EndpointSettings {
        if (maxGroups < 1) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "maxGroups: " + maxGroups + " (expected: at least 1)");
        }
    }

    public static EndpointSettings defaults() {
        return new EndpointSettings(64, Duration.ofDays(62), BatchSettings.defaults());
    }

    /** Cursors of endpoints that have been away for longer than any broadcast lives. */
    public List<Lifetime> lifetimes() {
        return List.of(new Lifetime(CURSORS, cursorLifetime));
    }
}
