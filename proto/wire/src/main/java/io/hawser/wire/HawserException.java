package io.hawser.wire;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A refusal or failure with its code.
 *
 * <p>The message is meant for the caller: it names the value and what was expected, as in {@code user: 65 bytes
 * (expected: 1 to 64)}. It carries no stack trace where it is made by {@link #refusal}, for refusals are ordinary and
 * may come at the rate of the traffic.
 */
public final class HawserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public HawserException(ErrorCode code, String message) {
        this(code, message, null, true);
    }

    public HawserException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, true);
    }

    private HawserException(ErrorCode code, String message, @Nullable Throwable cause, boolean writableStackTrace) {
        super(message, cause, false, writableStackTrace);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** Returns an exception without a stack trace, for what the caller did and not for a fault of ours. */
    public static HawserException refusal(ErrorCode code, String message) {
        return new HawserException(code, message, null, false);
    }

    public ErrorCode code() {
        return code;
    }
}
