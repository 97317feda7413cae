package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What was sent, and what its sender knows of it.
 *
 * @param sentNanos when it was sent for the first time
 * @param answer null: there is none yet
 */
record Message(String text, Audience audience, long sentNanos, Event.@Nullable Answered answer) {
    Outcome outcome() {
        return answer == null ? Outcome.UNKNOWN : answer.outcome();
    }

    boolean isAccepted() {
        return outcome() == Outcome.ACCEPTED;
    }

    /** 0: there is no answer. */
    long answeredNanos() {
        return answer == null ? 0 : answer.atNanos();
    }

    /** What its sender was told; 0: nothing. */
    long seq() {
        return answer == null ? 0 : answer.seq();
    }
}
