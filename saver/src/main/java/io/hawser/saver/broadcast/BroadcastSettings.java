package io.hawser.saver.broadcast;

import io.hawser.keeper.config.ByteSize;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * Bounds of broadcasts.
 *
 * @param maxUnfinished tasks of an app that are not over; beyond: RESOURCE_EXHAUSTED
 * @param maxEntries entries of an app's log; beyond, the oldest are trimmed
 * @param changeLifetime how long changes are kept for those who follow; who asks later is told to ask for all again
 * @param requestLifetime how long a request id is remembered
 * @param taskLifetime how long a task is shown after its time is over
 * @param draftLifetime how long a list of users may take to become complete
 * @param maxListParts parts of a list of users, of 1,000 each
 * @param partsAtOnce parts of a list that are worked on at once
 * @param settle how long all rooms must have been finished with a broadcast that has a pace, before it is done: as long as
 *     clients need to come back to a room that was restarted; it is done for them only then
 * @param entriesInMemory bytes of entries of all apps' logs that are kept in memory, those read last; 0: none
 * @param batches of appends, follows, progress and other calls each
 */
public record BroadcastSettings(
        int maxUnfinished,
        int maxEntries,
        Duration changeLifetime,
        Duration requestLifetime,
        Duration taskLifetime,
        Duration draftLifetime,
        int maxListParts,
        int partsAtOnce,
        Duration settle,
        ByteSize entriesInMemory,
        BatchSettings batches) {
    public BroadcastSettings {
        positive("maxUnfinished", maxUnfinished);
        positive("maxEntries", maxEntries);
        positive("maxListParts", maxListParts);
        positive("partsAtOnce", partsAtOnce);
        if (settle.isNegative()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "settle: " + settle + " (expected: no negative time)");
        }
    }

    public static BroadcastSettings defaults() {
        return new BroadcastSettings(
                64,
                10_000,
                Duration.ofMinutes(10),
                Duration.ofHours(24),
                Duration.ofDays(7),
                Duration.ofHours(1),
                100,
                8,
                Duration.ofSeconds(10),
                ByteSize.ofMebibytes(32),
                BatchSettings.defaults());
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: at least 1)");
        }
    }
}
