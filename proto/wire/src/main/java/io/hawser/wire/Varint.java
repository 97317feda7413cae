package io.hawser.wire;

/** Unsigned LEB128, as protobuf writes integers and the frame its length. */
final class Varint {
    private Varint() {}

    /** Returns how many bytes the unsigned value takes, 1 to 10. */
    static int size(long value) {
        int significantBits = 64 - Long.numberOfLeadingZeros(value | 1);
        return (significantBits + 6) / 7;
    }

    /** Writes the unsigned value and returns the offset after it. */
    static int write(byte[] target, int offset, long value) {
        int at = offset;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }
}
