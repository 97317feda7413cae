package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Event;

/** Whether what was accepted came soon, to those who were there, as long as nothing was broken. */
final class Lateness {
    private final Absences absences;
    private final Faultless faultless;
    private final Tally tally;

    Lateness(Absences absences, Faultless faultless, Tally tally) {
        this.absences = absences;
        this.faultless = faultless;
        this.tally = tally;
    }

    /** @param delivered for the first time */
    void check(Message message, Event.Delivered delivered) {
        long from = message.answeredNanos();
        if (!message.isAccepted()
                || faultless.lastingNanos(from, delivered.atNanos()) <= Checker.LATE_NANOS
                || absences.overlap(delivered.endpoint(), from, delivered.atNanos())) {
            return;
        }
        tally.violation(
                Kind.LATE,
                "%s came to %s %.1f s after it was accepted"
                        .formatted(message.text(), delivered.endpoint(), (delivered.atNanos() - from) / 1e9));
    }
}
