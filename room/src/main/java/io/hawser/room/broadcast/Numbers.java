package io.hawser.room.broadcast;

import java.util.Arrays;

/** A few broadcasts' numbers, in order. Empty, it costs no array. */
final class Numbers {
    private static final long[] NONE = {};
    private static final int SMALLEST = 2;

    private long[] values = NONE;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long get(int at) {
        return values[at];
    }

    long first() {
        return values[0];
    }

    /** Whether all are below this one. */
    boolean areBelow(long number) {
        return size == 0 || values[size - 1] < number;
    }

    boolean contains(long number) {
        return size > 0 && Arrays.binarySearch(values, 0, size, number) >= 0;
    }

    void add(long number) {
        int at = size == 0 || values[size - 1] < number ? -size - 1 : Arrays.binarySearch(values, 0, size, number);
        if (at >= 0) {
            return;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, Math.max(SMALLEST, 2 * size));
        }
        int place = -at - 1;
        System.arraycopy(values, place, values, place + 1, size - place);
        values[place] = number;
        size++;
    }

    /** Adds those of the others that are not above the limit. */
    void addUpTo(long limit, Numbers others) {
        for (int i = 0; i < others.size && others.values[i] <= limit; i++) {
            add(others.values[i]);
        }
    }

    /** Adds those of the others that are above the limit. */
    void addAbove(long limit, Numbers others) {
        for (int i = 0; i < others.size; i++) {
            if (others.values[i] > limit) {
                add(others.values[i]);
            }
        }
    }

    /** Returns whether it was there. */
    boolean remove(long number) {
        int at = size == 0 ? -1 : Arrays.binarySearch(values, 0, size, number);
        if (at < 0) {
            return false;
        }
        removeAt(at);
        return true;
    }

    void removeAt(int at) {
        size--;
        System.arraycopy(values, at + 1, values, at, size - at);
        shrink();
    }

    /** Removes all up to this one. */
    void removeUpTo(long number) {
        int gone = 0;
        while (gone < size && values[gone] <= number) {
            gone++;
        }
        size -= gone;
        System.arraycopy(values, gone, values, 0, size);
        shrink();
    }

    private void shrink() {
        if (size == 0) {
            values = NONE;
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOf(values, size));
    }
}
