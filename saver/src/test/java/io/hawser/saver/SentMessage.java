package io.hawser.saver;

/** A send as its caller knows it, and what is known of the message since. */
final class SentMessage {
    /** Its content, which no other send has. */
    final String text;
    /** Shared by the repeats of a request. */
    final String requestId;
    /** Whether a repeat is recognised for a day, or as long as the saver has it in memory. */
    final boolean keyed;
    /** Empty: to all. */
    final String target;

    final String collapseKey;
    final long expiresMs;
    /** 0: any number. */
    final int maxMessages;
    /** In the place of a refusal. */
    final boolean dropsOldest;

    final long askedNanos = System.nanoTime();
    /** 0: the append was not answered. */
    long seq;
    /** It was answered that this one is not stored: it was refused, or an earlier one of the same request was. */
    boolean absent;

    boolean maybeCollapsed;
    boolean maybeRecalled;
    /** It may have made room for a later one. */
    boolean maybeDropped;
    /** A removal was answered. */
    boolean gone;

    SentMessage(
            String text,
            String requestId,
            boolean keyed,
            String target,
            String collapseKey,
            long expiresMs,
            int maxMessages,
            boolean dropsOldest) {
        this.text = text;
        this.requestId = requestId;
        this.keyed = keyed;
        this.target = target;
        this.collapseKey = collapseKey;
        this.expiresMs = expiresMs;
        this.maxMessages = maxMessages;
        this.dropsOldest = dropsOldest;
    }

    /** Returns the same request, told apart by its text. */
    SentMessage again(String otherText) {
        return new SentMessage(otherText, requestId, keyed, target, collapseKey, expiresMs, maxMessages, dropsOldest);
    }

    boolean isFor(String mailbox) {
        return target.isEmpty() || target.equals(mailbox);
    }

    boolean replaces(SentMessage older) {
        return older != this
                && !collapseKey.isEmpty()
                && collapseKey.equals(older.collapseKey)
                && target.equals(older.target);
    }

    boolean isRepeatOf(SentMessage earlier) {
        return earlier != this && requestId.equals(earlier.requestId);
    }

    /** A removal was asked for and may have taken place. */
    boolean maybeGone() {
        return maybeCollapsed || maybeRecalled || maybeDropped;
    }

    boolean expired(long nowMs) {
        return expiresMs <= nowMs;
    }

    /** Whether it has to be there for who has not acknowledged it. */
    boolean due(long nowMs) {
        return seq != 0 && !maybeGone() && !expired(nowMs);
    }

    @Override
    public String toString() {
        return "%s (%s, to '%s', key '%s', until %d, at most %d%s)"
                .formatted(
                        text,
                        keyed ? "keyed " + requestId : requestId,
                        target,
                        collapseKey,
                        expiresMs,
                        maxMessages,
                        dropsOldest ? ", in the place of the oldest" : "");
    }
}
