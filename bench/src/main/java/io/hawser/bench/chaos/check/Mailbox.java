package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What came of all that a mailbox was sent, to whichever of its devices. */
final class Mailbox {
    private final Messages messages;
    private final Handovers handovers;
    private final Set<String> had = new HashSet<>();
    /** By collapse key. */
    private final Map<String, List<Came>> came = new HashMap<>();

    private record Came(Message message, long seq, long atNanos) {}

    Mailbox(Messages messages, Handovers handovers) {
        this.messages = messages;
        this.handovers = handovers;
    }

    /** A device was handed this; whether none had been before. */
    boolean had(Message message, Event.Delivered delivered) {
        String key = message.terms().collapseKey();
        if (!key.isEmpty()) {
            came.computeIfAbsent(key, first -> new ArrayList<>())
                    .add(new Came(message, delivered.seq(), delivered.atNanos()));
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
        List<Came> ofKey = came.getOrDefault(message.terms().collapseKey(), List.of());
        if (message.seq() != 0) {
            return ofKey.stream().anyMatch(other -> other.seq() > message.seq());
        }
        return message.isSpooled()
                && ofKey.stream()
                        .anyMatch(other ->
                                other.message().sentNanos() > message.sentNanos() || wasGivenLater(other, message));
    }

    /** An older one that another spool had, and has given later: to the mailbox it is the newer one. */
    private boolean wasGivenLater(Came older, Message message) {
        return older.message().sentNanos() < message.sentNanos()
                && older.atNanos() > message.answeredNanos()
                && handovers.mayHaveDelayed(older.message(), message, older.atNanos());
    }

    /** Whether it was accepted, and is still to come. */
    boolean lacks(Message message) {
        return message.isAccepted() && !has(message) && excuse(message) == null;
    }
}
