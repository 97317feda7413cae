package io.hawser.saver.memory;

/** A message that waits. */
final class Message {
    final long expiresMs;
    /** Not to be changed: answers hold it too. */
    final byte[] content;

    private final String target;

    /** @param target the mailbox that it is for; empty: all */
    Message(String target, long expiresMs, byte[] content) {
        this.target = target;
        this.expiresMs = expiresMs;
        this.content = content;
    }

    String target() {
        return target;
    }

    boolean isFor(String mailbox) {
        return target.isEmpty() || target.equals(mailbox);
    }
}
