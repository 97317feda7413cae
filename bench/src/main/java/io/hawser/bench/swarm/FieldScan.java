package io.hawser.bench.swarm;

import java.nio.ByteBuffer;

/** Finds the few fields of a MESSAGE or BROADCAST that the bench looks at, without making an object of it. */
final class FieldScan {
    private static final int BSEQ_OR_PREV = 2;
    private static final int SEQ_OR_GROUPS = 3;
    private static final int ENCODING = 4;
    private static final int BODY = 10;
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int WIRE_BITS = 3;
    private static final int WIRE_MASK = 7;

    private int at;
    private long second;
    private long third;
    private long encoding;
    private int bodyAt;
    private int bodyBytes;

    /** Looks through the protobuf message in {@code [from, end)}. */
    void scan(ByteBuffer in, int from, int end) {
        at = from;
        second = 0;
        third = 0;
        encoding = 0;
        bodyAt = from;
        bodyBytes = 0;
        while (at < end) {
            int tag = (int) varint(in);
            int wire = tag & WIRE_MASK;
            if (wire == VARINT) {
                number(tag >>> WIRE_BITS, varint(in));
            } else if (wire == LENGTH_DELIMITED) {
                bytes(tag >>> WIRE_BITS, (int) varint(in));
            } else {
                throw new IllegalArgumentException("wire type " + wire + " (expected: 0 or 2)");
            }
        }
    }

    /** Of a BROADCAST; 0: it is transient. */
    long bseq() {
        return second;
    }

    /** Of a MESSAGE: the number of the one before it in its mailbox. */
    long prev() {
        return second;
    }

    /** Of a MESSAGE; 0: it is transient. */
    long seq() {
        return third;
    }

    /** Of a BROADCAST: whether its body is in another form than it was sent in. */
    boolean isCompressed() {
        return encoding != 0;
    }

    int bodyAt() {
        return bodyAt;
    }

    int bodyBytes() {
        return bodyBytes;
    }

    /** Where the body begins; -1: it is too short for a stamp. */
    int stampAt() {
        return Counts.holdsStamp(bodyBytes) ? bodyAt : -1;
    }

    private void number(int field, long value) {
        if (field == BSEQ_OR_PREV) {
            second = value;
        } else if (field == SEQ_OR_GROUPS) {
            third = value;
        } else if (field == ENCODING) {
            encoding = value;
        }
    }

    private void bytes(int field, int length) {
        if (field == BODY) {
            bodyAt = at;
            bodyBytes = length;
        }
        at += length;
    }

    private long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get(at++);
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
