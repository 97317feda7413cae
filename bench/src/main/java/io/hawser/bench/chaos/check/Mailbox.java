package io.hawser.bench.chaos.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What came of all that a mailbox was sent, to whichever of its devices. */
final class Mailbox {
    private final Messages messages;
    private final Set<String> had = new HashSet<>();
    /** Of each collapse key, the highest seq that came. */
    private final Map<String, Long> newest = new HashMap<>();
    /** And when the one that was sent last was. */
    private final Map<String, Long> sentLast = new HashMap<>();

    Mailbox(Messages messages) {
        this.messages = messages;
    }

    /** A device was handed this; whether none had been before. */
    boolean had(Message message, long seq) {
        String key = message.terms().collapseKey();
        if (!key.isEmpty()) {
            newest.merge(key, seq, Math::max);
            sentLast.merge(key, message.sentNanos(), Math::max);
        }
        return had.add(message.text());
    }

    boolean has(Message message) {
        return had.contains(message.text());
    }

    /**
     * Why it need not come here, though it was accepted; null: it has to. One of its key without an answer may have replaced it, if
     * it was accepted; but then it has come itself, or what replaced it in its turn.
     */
    @Nullable
    Excuse excuse(Message message) {
        Excuse excuse = messages.excuse(message);
        return excuse == null && isReplacedByOneThatCame(message) ? Excuse.COLLAPSED : excuse;
    }

    private boolean isReplacedByOneThatCame(Message message) {
        String key = message.terms().collapseKey();
        return message.seq() != 0
                ? newest.getOrDefault(key, 0L) > message.seq()
                : message.isSpooled() && sentLast.getOrDefault(key, Long.MIN_VALUE) > message.sentNanos();
    }

    /** Whether it was accepted, and is still to come. */
    boolean lacks(Message message) {
        return message.isAccepted() && !has(message) && excuse(message) == null;
    }
}
