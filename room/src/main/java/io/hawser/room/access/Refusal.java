package io.hawser.room.access;

import io.hawser.wire.ErrorCode;
import java.time.Duration;

/**
 * Why somebody does not get in.
 *
 * @param reason as it is counted
 * @param code as the client is told, where it can read that
 * @param detail likewise, for a developer to read
 * @param retryAfterMs when it may come again, from now; 0: by its own back-off alone, or never, by the code
 */
public record Refusal(Reason reason, ErrorCode code, String detail, int retryAfterMs) implements Verdict {
    /** What everybody is told whom this reason keeps out. */
    public Refusal(Reason reason, Duration retryAfter) {
        this(reason, reason.code, reason.detail, (int) retryAfter.toMillis());
    }

    /** The same, to come again at another time. */
    public Refusal after(int otherRetryAfterMs) {
        return new Refusal(reason, code, detail, otherRetryAfterMs);
    }
}
