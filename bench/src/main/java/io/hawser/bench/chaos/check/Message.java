package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Outcome;

/**
 * What was sent, and what its sender knows of it.
 *
 * @param sentNanos when it was sent for the first time
 * @param outcome UNKNOWN where there is no answer
 * @param answeredNanos of an answer
 */
record Message(String text, Audience audience, long sentNanos, Outcome outcome, long answeredNanos) {
    boolean isAccepted() {
        return outcome == Outcome.ACCEPTED;
    }
}
