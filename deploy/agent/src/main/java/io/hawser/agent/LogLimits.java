package io.hawser.agent;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * How much of what a process prints is kept.
 *
 * @param fileSize at which a file is put aside; it may be passed by what is printed within a second
 * @param files of each process, the present one included
 */
public record LogLimits(ByteSize fileSize, int files) {
    private static final ByteSize SMALLEST = ByteSize.ofKibibytes(1);

    public LogLimits {
        if (fileSize.compareTo(SMALLEST) < 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "fileSize: " + fileSize + " (expected: at least " + SMALLEST + ")");
        }
        if (files < 1 || files > 100) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "files: " + files + " (expected: 1 to 100)");
        }
    }

    public static LogLimits defaults() {
        return new LogLimits(ByteSize.ofMebibytes(16), 4);
    }
}
