package io.hawser.coordinator.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of an attempt. */
public sealed interface Outcome {
    /** The back end has it (2xx). {@code noReply}: why its answer holds no reply; empty: it does. */
    record Delivered(@Nullable Reply reply, String noReply) implements Outcome {
        static Delivered with(Reply reply) {
            return new Delivered(reply, "");
        }

        static Delivered without(String why) {
            return new Delivered(null, why);
        }
    }

    /** The back end is well, and does not take this one (3xx, 4xx). */
    record Refused(String detail) implements Outcome {}

    /** The back end did not manage this one (5xx, no answer in time): its own fault, or this one's. */
    record Failed(String detail) implements Outcome {}

    /** There is no back end to talk to. */
    record Unreachable(String detail) implements Outcome {}

    /** The back end takes nothing now (429, 503 with Retry-After). {@code retryAfter} of zero: it did not say when. */
    record Throttled(String detail, Duration retryAfter) implements Outcome {}

    /** The back end wants no callbacks at this address any more (410). */
    record Gone(String detail) implements Outcome {}

    /** For people. */
    default String text() {
        return switch (this) {
            case Delivered delivered -> "delivered";
            case Refused(String detail) -> detail;
            case Failed(String detail) -> detail;
            case Unreachable(String detail) -> detail;
            case Throttled(String detail, Duration retryAfter) -> detail;
            case Gone(String detail) -> detail;
        };
    }
}
