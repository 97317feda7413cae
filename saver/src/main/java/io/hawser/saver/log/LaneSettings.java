package io.hawser.saver.log;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * Bounds and rhythms of a lane.
 *
 * @param lanes threads that own the slots: slot {@code s} is lane {@code s mod lanes}'s
 * @param maxQueued operations that a lane has in hand; beyond: RESOURCE_EXHAUSTED. One app may have as many as are
 *     still free besides
 * @param maxBatchEntries entries in one group commit
 * @param maxBatchBytes a group commit ends with the entry that reaches this size
 * @param maxUnfoldedBytes content that a lane keeps in memory until it is folded; beyond: RESOURCE_EXHAUSTED
 * @param foldAfter how long a commit stays in the journal; longer than senders repeat a request by themselves
 * @param foldEvery how often commits are folded and acknowledgements are written to MySQL
 * @param maxFoldLogs logs in one fold
 * @param requestLifetime how long a caller's idempotency key is remembered
 * @param maxRequestsPerLog keys of one user that are restored to Redis, the newest first
 * @param emptyLifetime how long a log of which everything is acknowledged stays in Redis when MySQL has been told that:
 *     1 s to 7 days, and up to a quarter more. A message that comes later finds it by MySQL
 * @param maxMailboxes mailboxes that a user may have
 * @param mailboxAway a user who has as many gets another in place of the one away longest, if that was for so long: not
 *     opened and not acknowledged
 * @param longestAbsence a mailbox that was not opened and not acknowledged for so long, and that no session reads, is
 *     removed when something is next done to its log, but not a user's last one, and not one for which alone a message
 *     waits: at least 30 days, and longer than messages live; 0: never
 * @param maxLoadMessages messages in one load
 * @param maxLoadBytes content in one load
 * @param repushAfter how long a message may be owed before the saver pushes it itself
 * @param maxRepushes owed logs that are being pushed at once by a lane; and logs of which it asks at once who reads them
 */
public record LaneSettings(
        int lanes,
        int maxQueued,
        int maxBatchEntries,
        ByteSize maxBatchBytes,
        ByteSize maxUnfoldedBytes,
        Duration foldAfter,
        Duration foldEvery,
        int maxFoldLogs,
        Duration requestLifetime,
        int maxRequestsPerLog,
        Duration emptyLifetime,
        int maxMailboxes,
        Duration mailboxAway,
        Duration longestAbsence,
        int maxLoadMessages,
        ByteSize maxLoadBytes,
        Duration repushAfter,
        int maxRepushes) {
    /** Logs that Redis does not know are read from MySQL by so many transactions of a lane at once. */
    public static final int MAX_READS = 4;

    private static final Duration SHORTEST_EMPTY_LIFETIME = Duration.ofSeconds(1);
    /** Longer no log stays that nothing is appended to. */
    private static final Duration LONGEST_EMPTY_LIFETIME = Duration.ofDays(7);
    /** As long as messages may live where an app does not say otherwise. */
    private static final Duration SHORTEST_ABSENCE = Duration.ofDays(30);

    public LaneSettings {
        positive("lanes", lanes);
        positive("maxQueued", maxQueued);
        positive("maxBatchEntries", maxBatchEntries);
        positive("maxFoldLogs", maxFoldLogs);
        positive("maxMailboxes", maxMailboxes);
        positive("maxLoadMessages", maxLoadMessages);
        positive("maxRepushes", maxRepushes);
        if (emptyLifetime.compareTo(SHORTEST_EMPTY_LIFETIME) < 0
                || emptyLifetime.compareTo(LONGEST_EMPTY_LIFETIME) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "emptyLifetime: " + emptyLifetime + " (expected: 1 s to 7 days)");
        }
        if (!longestAbsence.isZero() && longestAbsence.compareTo(SHORTEST_ABSENCE) < 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "longestAbsence: " + longestAbsence + " (expected: 0 s for never, or at least 30 days)");
        }
    }

    public static LaneSettings defaults() {
        return new LaneSettings(
                1,
                16_384,
                512,
                ByteSize.ofMebibytes(1),
                ByteSize.ofMebibytes(256),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                4096,
                Duration.ofHours(24),
                10_000,
                Duration.ofHours(1),
                64,
                Duration.ofDays(30),
                Duration.ofDays(90),
                256,
                ByteSize.ofKibibytes(512),
                Duration.ofSeconds(2),
                256);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: at least 1)");
        }
    }
}
