package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Event;
import org.jspecify.annotations.Nullable;

/**
 * That a sender asked for something back, and what it knows of that.
 *
 * @param text of what was accepted
 * @param beganNanos when it asked for the first time
 * @param answer null: there is none yet
 */
record Recall(String text, long beganNanos, Event.@Nullable Recalled answer) {
    static Recall of(Event.Recalling recalling) {
        return new Recall(recalling.text(), recalling.atNanos(), null);
    }

    Recall with(Event.Recalled itsAnswer) {
        return new Recall(text, beganNanos, itsAnswer);
    }

    /** When it was taken back from all who had not acknowledged it; the end of all times: that was never said. */
    long recalledNanos() {
        return answer != null && answer.recalled() ? answer.atNanos() : Long.MAX_VALUE;
    }

    /**
     * Whether somebody may not get it by this. Not so where the one and only answer says that there was nobody to take it from:
     * then all have it, or are still to get it. Of several attempts, or under a fault, an earlier one may have been carried out
     * without an answer, and the last have found that done.
     */
    boolean mayHaveTakenBack(Spans faultless) {
        return answer == null
                || answer.recalled()
                || !answer.isCarriedOut()
                || answer.attempts() > 1
                || !faultless.cover(beganNanos, answer.atNanos());
    }
}
