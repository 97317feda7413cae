package io.hawser.saver.memory;

/** A message that waits. */
final class Message {
    final long expiresMs;
    /** Not to be changed: answers hold it too. */
    final byte[] content;

    private final String target;
    private final String collapseKey;

    /**
     * @param target the mailbox that it is for; empty: all
     * @param collapseKey empty: none
     */
    Message(String target, String collapseKey, long expiresMs, byte[] content) {
        this.target = target;
        this.collapseKey = collapseKey;
        this.expiresMs = expiresMs;
        this.content = content;
    }

    String target() {
        return target;
    }

    /** Empty: none. */
    String collapseKey() {
        return collapseKey;
    }

    boolean isFor(String mailbox) {
        return target.isEmpty() || target.equals(mailbox);
    }
}
