package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Endpoint;
import java.util.List;

/**
 * Whether what has worth for a moment comes at all, where somebody is there to have it. None of it is owed, and so a platform
 * that drops all of it would lose nothing.
 */
final class ShortLives {
    /** Some have it come while their device changes its room, or while another takes the mailbox: most have not. */
    private static final int ONE_OF = 5;

    private static final int FEWER_ARE_CHANCE = 20;

    private final Calm calm;
    private final Tally tally;

    ShortLives(Calm calm, Tally tally) {
        this.calm = calm;
        this.tally = tally;
    }

    /**
     * A copy of what is over.
     *
     * @param to one of whom it is for
     */
    void over(Message accepted, boolean came, List<Endpoint> to) {
        if (calm.of(to).cover(accepted.sentNanos(), accepted.expiryNanos())) {
            tally.count(Count.SHORT_LIVED, 1);
            tally.count(Count.SHORT_LIVED_THAT_CAME, came ? 1 : 0);
        }
    }

    void end() {
        long might = tally.count(Count.SHORT_LIVED);
        long came = tally.count(Count.SHORT_LIVED_THAT_CAME);
        if (might >= FEWER_ARE_CHANCE && came * ONE_OF < might) {
            tally.violation(
                    Kind.TOO_LITTLE,
                    "%s: %,d (expected: %,d at the least, of %,d whose device was there all their time, with nothing broken)"
                            .formatted(Count.SHORT_LIVED_THAT_CAME.label(), came, Math.ceilDiv(might, ONE_OF), might));
        }
    }
}
