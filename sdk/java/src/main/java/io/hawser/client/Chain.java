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

    /** Of any mailbox. No room takes more for a position: a client that believed one would not be let in any more. */
    private static final long MAX_SEQ = (1L << 53) - 1;

    private long received;

    Chain(long received) {
        this.received = received;
    }

    long received() {
        return received;
    }

    /**
     * A binding was made whose messages follow {@code position}.
     *
     * @throws HawserException PROTOCOL_ERROR where there is no such position
     */
    void bound(long position, boolean reset) {
        if (position < 0 || position > MAX_SEQ) {
            throw HawserException.refusal(
                    ErrorCode.PROTOCOL_ERROR,
                    "position: " + Long.toUnsignedString(position) + " (expected: 0 to " + MAX_SEQ + ")");
        }
        received = reset ? position : Math.max(received, position);
    }

    /** Judges a message, and where it is the next one, moves on to it. */
    Verdict take(long prev, long seq) {
        if (prev < 0 || seq <= prev || seq > MAX_SEQ) {
            throw HawserException.refusal(
                    ErrorCode.PROTOCOL_ERROR,
                    "seq: " + seq + " after " + prev + " (expected: a greater one, of 1 to " + MAX_SEQ + ")");
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
