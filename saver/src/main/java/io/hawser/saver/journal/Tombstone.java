package io.hawser.saver.journal;

import io.hawser.rpc.v1.MessageState;
import java.util.List;

/**
 * A message that is gone before it was acknowledged by all, and why.
 *
 * @param reason a number of {@link io.hawser.rpc.v1.MessageState}
 * @param mailboxes of one that made room: whom it was for (nothing: all), then who had acknowledged it, each behind a zero
 *     character, as {@code room.lua} writes it; empty: not known
 */
public record Tombstone(long seq, int reason, String mailboxes) {
    /** Of a log whose reader stays away only the newest are kept, in each store (rule R7). {@code bury.lua} says it again. */
    public static final int MAX_OF_A_LOG = 1_000;

    private static final String BEHIND = "\0";

    /** One of which it is not known whom it was for. */
    public Tombstone(long seq, int reason) {
        this(seq, reason, "");
    }

    /**
     * Returns one of a message that made room for a newer one: DISPLACED, or ACKNOWLEDGED where that was for one mailbox,
     * which had it.
     *
     * @param target whom it was for; empty: all
     * @param had those of them that had acknowledged it
     */
    public static Tombstone ofDropped(long seq, String target, List<String> had) {
        boolean acknowledged = !target.isEmpty() && !had.isEmpty();
        StringBuilder mailboxes = new StringBuilder(BEHIND).append(target);
        had.forEach(mailbox -> mailboxes.append(BEHIND).append(mailbox));
        return new Tombstone(
                seq,
                acknowledged ? MessageState.ACKNOWLEDGED_VALUE : MessageState.DISPLACED_VALUE,
                mailboxes.toString());
    }

    /** Returns what a text of {@link #text} stands for. */
    public static Tombstone of(long seq, String text) {
        int end = text.indexOf(BEHIND);
        return end < 0
                ? new Tombstone(seq, Integer.parseInt(text))
                : new Tombstone(seq, Integer.parseInt(text, 0, end, 10), text.substring(end));
    }

    /** Returns all but the seq, as scripts have it. */
    public String text() {
        return reason + mailboxes;
    }

    /** The mailbox that it was for; empty: all, or not known. */
    public String target() {
        return mailboxes.isEmpty() ? "" : names().get(1);
    }

    public boolean wasAcknowledgedBy(String mailbox) {
        return !mailboxes.isEmpty() && names().stream().skip(2).anyMatch(mailbox::equals);
    }

    /** What stands before the first zero character is nothing. */
    private List<String> names() {
        return List.of(mailboxes.split(BEHIND, -1));
    }
}
