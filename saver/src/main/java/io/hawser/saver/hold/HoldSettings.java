package io.hawser.saver.hold;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How mailboxes are held back from clients that never acknowledge.
 *
 * @param free fruitless connections in a row that are served all the same
 * @param first how long the mailbox is then held; doubles with each that follows
 * @param max the longest that it is held
 * @param keptFor how long it is remembered that connections were fruitless; longer than {@code max}
 * @param readWithin a mailbox of which it cannot be read in this time whether it is held is opened as one that is not
 */
public record HoldSettings(int free, Duration first, Duration max, Duration keptFor, Duration readWithin) {
    private static final int MAX_DOUBLINGS = 30;

    public HoldSettings {
        require(free >= 1 && free <= 100, "free: " + free + " (expected: 1 to 100)");
        require(
                first.isPositive() && first.compareTo(max) <= 0,
                "first: " + first + " (expected: a positive duration, at most max, " + max + ")");
        require(max.compareTo(keptFor) < 0, "max: " + max + " (expected: less than keptFor, " + keptFor + ")");
        require(readWithin.isPositive(), "readWithin: " + readWithin + " (expected: a positive duration)");
    }

    public static HoldSettings defaults() {
        return new HoldSettings(
                3, Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofDays(7), Duration.ofSeconds(1));
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
