package io.hawser.saver.endpoint;

import io.hawser.saver.batch.BatchSettings;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * Bounds of endpoints.
 *
 * @param maxGroups groups of an endpoint, those of its user included; beyond: RESOURCE_EXHAUSTED
 * @param cursorLifetime how long a cursor is kept that is not saved again; longer than any broadcast lives
 * @param batches of openings, of changes of groups, of cursors and of other calls each
 */
public record EndpointSettings(int maxGroups, Duration cursorLifetime, BatchSettings batches) {
    public EndpointSettings {
        if (maxGroups < 1) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "maxGroups: " + maxGroups + " (expected: at least 1)");
        }
    }

    public static EndpointSettings defaults() {
        return new EndpointSettings(64, Duration.ofDays(62), BatchSettings.defaults());
    }
}
