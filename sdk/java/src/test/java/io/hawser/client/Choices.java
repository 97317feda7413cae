package io.hawser.client;

import java.util.Arrays;
import java.util.List;

/** A fuzzer's bytes, read as a row of choices, a byte each as a rule. Out of bytes, each is the first there is. */
final class Choices {
    private final byte[] bytes;
    private int at;

    Choices(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isOver() {
        return at >= bytes.length;
    }

    private int next() {
        return isOver() ? 0 : Byte.toUnsignedInt(bytes[at++]);
    }

    /** 0 to {@code bound - 1}, at most 256 of them. */
    int below(int bound) {
        return next() % bound;
    }

    /** One in so many. */
    boolean seldom(int in) {
        return below(in) == in - 1;
    }

    <T> T of(List<T> some) {
        return some.get(below(some.size()));
    }

    /** Small, or near a power of two, where signs and limits are. */
    long number() {
        return below(2) == 0 ? next() : (1L << below(Long.SIZE)) + below(5) - 2;
    }

    /** Up to so many of the bytes themselves. */
    byte[] bytes(int atMost) {
        int count = Math.min(below(atMost + 1), bytes.length - at);
        byte[] some = Arrays.copyOfRange(bytes, at, at + count);
        at += count;
        return some;
    }
}
