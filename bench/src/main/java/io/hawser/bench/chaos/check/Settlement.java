package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;

/** Whether each copy of what was accepted has come in the end, or need not have. */
final class Settlement {
    private final Messages messages;
    private final Tally tally;

    Settlement(Messages messages, Tally tally) {
        this.messages = messages;
        this.tally = tally;
    }

    /**
     * @param accepted a message, or a broadcast
     * @param came whether this copy did
     * @param to whom it is for
     */
    void settle(Message accepted, boolean came, String to) {
        Excuse excuse = messages.excuse(accepted);
        if (excuse != null) {
            tally.count(excuse.ofThoseThatNeverCame(), came ? 0 : 1);
            return;
        }
        tally.count(Count.OWED, 1);
        if (!came) {
            tally.violation(Kind.LOST, accepted.text() + " to " + accepted.audience() + " never came to " + to);
        }
    }
}
