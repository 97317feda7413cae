package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Event;
import org.jspecify.annotations.Nullable;

/**
 * What a listener had in its hands when its process was killed, as far as one can see: the last message or broadcast of that life, and
 * the last notification, as these come when their bodies are here; and the newest of the mailbox, whatever came after it: that is what
 * the client's disk says is in hand.
 */
final class InHand {
    private Event.@Nullable Delivered last;
    private Event.@Nullable Delivered lastNotification;
    private Event.@Nullable Delivered highest;

    /** The listener was handed this, and so had let go of what was before. */
    void delivered(Event.Delivered delivered, boolean isNotification) {
        if (isNotification) {
            lastNotification = delivered;
        } else {
            last = delivered;
        }
        if (delivered.seq() != 0 && (highest == null || delivered.seq() > highest.seq())) {
            highest = delivered;
        }
    }

    boolean mayBe(Event.Delivered delivered, boolean isNotification) {
        return delivered.equals(isNotification ? lastNotification : last) || delivered.equals(highest);
    }
}
