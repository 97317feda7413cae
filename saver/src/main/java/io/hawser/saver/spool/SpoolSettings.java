package io.hawser.saver.spool;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * What stands in for MySQL where an app is {@code available}.
 *
 * @param directory where its files are, of this instance alone; empty: {@code spool} in the instance's own directory,
 *     and where it has none there is no spool
 * @param maxBytes what waits for MySQL, in its files and in memory, of which an app has no more than is free besides;
 *     beyond: UNAVAILABLE
 * @param maxUserMessages what waits of one user; beyond, or beyond what its app lets a mailbox hold: MAILBOX_FULL
 * @param after a send that is not committed after so long is spooled; less than a center waits for an answer
 */
public record SpoolSettings(String directory, ByteSize maxBytes, int maxUserMessages, Duration after) {
    /** Files have a share each. */
    static final int FILES = 8;

    private static final ByteSize LEAST = ByteSize.ofKibibytes(64);
    private static final ByteSize MOST = ByteSize.ofMebibytes(1024);

    public SpoolSettings {
        if (maxBytes.compareTo(LEAST) < 0 || maxBytes.compareTo(MOST) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "maxBytes: " + maxBytes + " (expected: " + LEAST + " to " + MOST + ")");
        }
        if (maxUserMessages < 1) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "maxUserMessages: " + maxUserMessages + " (expected: at least 1)");
        }
        if (!after.isPositive()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "after: " + after.toMillis() + "ms (expected: longer than 0)");
        }
    }

    public static SpoolSettings defaults() {
        return new SpoolSettings("", ByteSize.ofMebibytes(128), 1_000, Duration.ofSeconds(1));
    }

    /** A file that has reached this is not added to. */
    long fileBytes() {
        return maxBytes.bytes() / FILES;
    }
}
