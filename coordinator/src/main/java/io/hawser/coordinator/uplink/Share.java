package io.hawser.coordinator.uplink;

import java.util.LinkedHashSet;

/** What is in memory for one of an app's callbacks, and what of it is not for want of room. For the owner alone. */
final class Share {
    /** Nothing was passed over. */
    private static final long NONE = -1;

    int held;
    long heldBytes;
    int streams;
    /** Their next items are in the store, and are read in turn. */
    final LinkedHashSet<Stream> toRead = new LinkedHashSet<>();
    /** Streams that are being read now. */
    int reading;

    private long passedOverFrom = NONE;

    boolean isUnused() {
        return held == 0 && streams == 0 && reading == 0 && toRead.isEmpty() && !wasPassedOver();
    }

    /** An item in the store was passed over, so that others could be read. */
    void passOver(long id) {
        passedOverFrom = passedOverFrom == NONE ? id - 1 : Math.min(passedOverFrom, id - 1);
    }

    boolean wasPassedOver() {
        return passedOverFrom != NONE;
    }

    /** Returns where reading has to begin for what was passed over, which is forgotten. */
    long takePassedOver() {
        long from = passedOverFrom;
        passedOverFrom = NONE;
        return from;
    }
}
