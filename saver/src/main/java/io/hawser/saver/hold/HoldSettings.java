package io.hawser.saver.hold;

import io.hawser.keeper.config.ByteSize;
import io.hawser.saver.purge.Lifetime;
import io.hawser.saver.purge.Outdated;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.List;

/**
 * How mailboxes are held back from clients that never acknowledge.
 *
 * @param free fruitless connections in a row that are served all the same
 * @param first how long the mailbox is then held; doubles with each that follows
 * @param max the longest that it is held
 * @param keptFor how long it is remembered that connections were fruitless; longer than {@code max}
 * @param readWithin a mailbox of which it cannot be read in this time whether it is held is opened as one that is not
 * @param maxDeadLettersPerApp messages that an app's mailboxes were taken past, where it has it so; beyond: mailboxes are
 *     held on
 * @param maxDeadLetterBytesPerApp of all of these together
 * @param deadLetterLifetime how long these may be sent again
 */
public record HoldSettings(
        int free,
        Duration first,
        Duration max,
        Duration keptFor,
        Duration readWithin,
        int maxDeadLettersPerApp,
        ByteSize maxDeadLetterBytesPerApp,
        Duration deadLetterLifetime) {
    private static final int MAX_DOUBLINGS = 30;
    private static final int MOST_DEAD_LETTERS = 1_000_000;
    private static final Outdated HOLDS = Outdated.by("mailbox_hold", "ended_ms");
    private static final Outdated DEAD_LETTERS =
            Outdated.by("mailbox_dead_letter", "buried_ms").large();

    public HoldSettings {
        require(free >= 1 && free <= 100, "free: " + free + " (expected: 1 to 100)");
        require(
                first.isPositive() && first.compareTo(max) <= 0,
                "first: " + first + " (expected: a positive duration, at most max, " + max + ")");
        require(max.compareTo(keptFor) < 0, "max: " + max + " (expected: less than keptFor, " + keptFor + ")");
        require(readWithin.isPositive(), "readWithin: " + readWithin + " (expected: a positive duration)");
        require(
                maxDeadLettersPerApp >= 0 && maxDeadLettersPerApp <= MOST_DEAD_LETTERS,
                "maxDeadLettersPerApp: " + maxDeadLettersPerApp + " (expected: 0 to " + MOST_DEAD_LETTERS + ")");
        require(
                deadLetterLifetime.isPositive(),
                "deadLetterLifetime: " + deadLetterLifetime + " (expected: a positive duration)");
    }

    public static HoldSettings defaults() {
        return new HoldSettings(
                3,
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofDays(7),
                Duration.ofSeconds(1),
                10_000,
                ByteSize.ofMebibytes(128),
                Duration.ofDays(30));
    }

    /** Fruitless connections that are forgotten, and dead letters that nobody sent again. */
    public List<Lifetime> lifetimes() {
        return List.of(new Lifetime(HOLDS, keptFor), new Lifetime(DEAD_LETTERS, deadLetterLifetime));
    }

    /** Whether what a client was given so often is skipped, in an app that has it so after some holds; 0: never. */
    boolean isSkipped(int fruitless, int afterHolds) {
        return afterHolds > 0 && fruitless - free >= afterHolds;
    }

    /** How long a mailbox is held after so many fruitless connections in a row. */
    long heldMs(int fruitless) {
        int doublings = Math.min(fruitless - free, MAX_DOUBLINGS);
        return doublings < 0 ? 0 : Math.min(first.toMillis() << doublings, max.toMillis());
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
        }
    }
}
