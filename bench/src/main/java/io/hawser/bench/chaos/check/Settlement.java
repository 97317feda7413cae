package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether each copy of what was accepted has come in the end, or need not have. */
final class Settlement {
    private final ShortLives shortLives;
    private final Tally tally;

    Settlement(ShortLives shortLives, Tally tally) {
        this.shortLives = shortLives;
        this.tally = tally;
    }

    /**
     * @param accepted a message, or a broadcast
     * @param excuse why it need not have come; null: it had to
     * @param came whether this copy did
     * @param to one of whom it is for
     */
    void settle(Message accepted, @Nullable Excuse excuse, boolean came, List<Endpoint> to) {
        if (excuse == Excuse.EXPIRED) {
            shortLives.over(accepted, came, to);
        }
        if (excuse != null) {
            tally.count(excuse.ofThoseThatNeverCame(), came ? 0 : 1);
            return;
        }
        tally.count(Count.OWED, 1);
        if (!came) {
            tally.violation(Kind.LOST, accepted.text() + " to " + accepted.audience() + " never came to " + told(to));
        }
    }

    private static String told(List<Endpoint> to) {
        return to.size() == 1 ? to.getFirst().toString() : "any of " + to;
    }
}
