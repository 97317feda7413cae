package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Event;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether what has no worth any more stays away. What was on its way when its time was over, or when it was recalled, or replaced
 * by another of its collapse key, may come, and to one who stood still long after. Who came only then asked for what there was
 * then; but of a notification an earlier life may have had the key, which a device keeps, and pulls by.
 */
final class Worth {
    /** Between clocks that count milliseconds, and a moment in which somebody is asked for it. */
    private static final long LEEWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Messages messages;
    private final Spans faultless;
    private final Tally tally;

    Worth(Messages messages, Spans faultless, Tally tally) {
        this.messages = messages;
        this.faultless = faultless;
        this.tally = tally;
    }

    /**
     * @param delivered for the first time
     * @param beganNanos when the life began to which it came; null: that is not known
     */
    void check(Message message, Event.Delivered delivered, @Nullable Long beganNanos) {
        if (beganNanos == null) {
            return;
        }
        long knewNanos = beganNanos - LEEWAY_NANOS;
        boolean hadNoKey = !message.terms().pulled();
        if (hadNoKey && knewNanos > messages.recalledNanos(message)) {
            gone(delivered, "recalled", beganNanos - messages.recalledNanos(message));
        } else if (knewNanos > message.expiryNanos() && nothingWasBroken(message, delivered)) {
            gone(delivered, "over", beganNanos - message.expiryNanos());
        } else if (hadNoKey && knewNanos > messages.replacedNanos(message) && nothingWasBroken(message, delivered)) {
            gone(delivered, "replaced", beganNanos - messages.replacedNanos(message));
        }
    }

    /** Clocks among it, by which a time is over. */
    private boolean nothingWasBroken(Message message, Event.Delivered delivered) {
        return faultless.cover(message.sentNanos(), delivered.atNanos());
    }

    private void gone(Event.Delivered delivered, String why, long nanos) {
        tally.violation(
                Kind.GONE_YET_DELIVERED,
                "%s at %s, whose life %d began %.1f s after it was %s"
                        .formatted(delivered.text(), delivered.endpoint(), delivered.life(), nanos / 1e9, why));
    }
}
