package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * Follows the chain (prev, seq) of a mailbox, by what was received and not yet by what was handed over: so a message that
 * waits for the listener is not taken a second time when a new connection brings it again. For the reader.
 */
final class Chain {
    /** What a message is to the chain. */
    enum Verdict {
        NEXT,
        DUPLICATE,
        /** Something is missing in between, which a room never causes. */
        BROKEN
    }

    private long received;

    Chain(long received) {
        this.received = received;
    }

    long received() {
        return received;
    }

    /** A binding was made whose messages follow {@code position}. */
    void bound(long position, boolean reset) {
        received = reset ? position : Math.max(received, position);
    }

    /** Judges a message, and where it is the next one, moves on to it. */
    Verdict take(long prev, long seq) {
        if (prev < 0 || seq <= prev) {
            throw HawserException.refusal(
                    ErrorCode.PROTOCOL_ERROR, "prev: " + prev + " (expected: 0 or more, and below seq " + seq + ")");
        }
        if (seq <= received) {
            return Verdict.DUPLICATE;
        }
        if (prev > received) {
            return Verdict.BROKEN;
        }
        received = seq;
        return Verdict.NEXT;
    }
}
