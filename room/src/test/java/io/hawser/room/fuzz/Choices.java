package io.hawser.room.fuzz;

import java.util.Arrays;
import java.util.List;

/**
 * A fuzzer's bytes, read as a row of choices. Each takes one byte where one does, so that a changed byte changes one
 * choice and leaves the others what they were. Out of bytes, each choice is the first.
 */
public final class Choices {
    private static final int KINDS_OF_NUMBERS = 4;

    private final byte[] bytes;
    private int at;

    public Choices(byte[] bytes) {
        this.bytes = bytes;
    }

    public boolean isOver() {
        return at >= bytes.length;
    }

    private int next() {
        return isOver() ? 0 : bytes[at++] & 0xff;
    }

    /** 0 to {@code bound - 1}, at most 256 of them. */
    public int below(int bound) {
        return next() % bound;
    }

    public boolean yes() {
        return (next() & 1) == 1;
    }

    public <T> T of(List<T> some) {
        return some.get(below(some.size()));
    }

    /** Small as a rule; else near a power of two, where signs and limits are, or anything. */
    public long number() {
        return switch (below(KINDS_OF_NUMBERS)) {
            case 0, 1 -> next();
            case 2 -> (1L << below(Long.SIZE)) + below(5) - 2;
            default -> {
                long any = 0;
                for (int i = 0; i < Long.BYTES; i++) {
                    any = any << Byte.SIZE | next();
                }
                yield any;
            }
        };
    }

    /** Up to so many of the bytes themselves; 255 at most. */
    public byte[] bytes(int atMost) {
        int count = Math.min(below(atMost + 1), bytes.length - at);
        byte[] some = Arrays.copyOfRange(bytes, at, at + count);
        at += count;
        return some;
    }

    /** All that is left. */
    public byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        at = bytes.length;
        return rest;
    }
}
