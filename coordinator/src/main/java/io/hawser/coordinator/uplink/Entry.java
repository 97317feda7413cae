package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.OutboxItem;

/** An item in memory, and how often it failed. */
final class Entry {
    final OutboxItem item;
    /** Of the callback that it was for when it came. */
    final Share share;

    final int bytes;
    int attempts;
    /** Wall time before which it is not tried; 0: at once. */
    long nextAttemptMs;

    Entry(OutboxItem item, Share share) {
        this.item = item;
        this.share = share;
        this.bytes = item.getSerializedSize();
        this.attempts = item.getAttempts();
        this.nextAttemptMs = item.getNextAttemptMs();
    }

    long id() {
        return item.getId();
    }

    long ordinal() {
        return item.getOrdinal();
    }
}
