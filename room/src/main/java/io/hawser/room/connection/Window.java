package io.hawser.room.connection;

import java.util.Arrays;

/**
 * The numbers of the messages that were written to a binding and not acknowledged, oldest first. They have holes, so
 * that counting them takes remembering them: a ring that grows with what is outstanding, and is dropped while nothing is.
 */
final class Window {
    private static final int SMALLEST = 4;

    private long[] seqs = new long[SMALLEST];
    private int head;
    private int size;

    int size() {
        return size;
    }

    /** Adds a number greater than all before. */
    void add(long seq) {
        if (size == seqs.length) {
            grow();
        }
        seqs[(head + size) & (seqs.length - 1)] = seq;
        size++;
    }

    /** Removes all up to {@code seq}, and returns how many these were. */
    int release(long seq) {
        int before = size;
        while (size > 0 && seqs[head] <= seq) {
            head = (head + 1) & (seqs.length - 1);
            size--;
        }
        return before - size;
    }

    private void grow() {
        long[] larger = Arrays.copyOf(seqs, 2 * seqs.length);
        // What had wrapped around to the front continues behind the old end.
        System.arraycopy(seqs, 0, larger, seqs.length, head);
        seqs = larger;
    }
}
