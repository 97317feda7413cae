package io.hawser.keeper.config;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written with a binary unit: {@code 512B}, {@code 64KiB}, {@code 4MiB}, {@code 2GiB}.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(B|KiB|MiB|GiB)");
    private static final String EXPECTED = " (expected: a size such as 512B, 64KiB, 4MiB or 2GiB)";

    public ByteSize {
        if (bytes < 0) {
            throw refused(Long.toString(bytes));
        }
    }

    public static ByteSize ofKibibytes(long kibibytes) {
        return new ByteSize(Math.multiplyExact(kibibytes, 1L << 10));
    }

    public static ByteSize ofMebibytes(long mebibytes) {
        return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    /**
     * Reads a number with its unit.
     *
     * @throws HawserException with INVALID_ARGUMENT when it has no such form, or does not fit a long
     */
    public static ByteSize parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw refused(text);
        }
        long number = Long.parseLong(form.group(1));
        int shift = shiftOf(form.group(2));
        if (number > Long.MAX_VALUE >> shift) {
            throw refused(text);
        }
        return new ByteSize(number << shift);
    }

    /**
     * Returns the bytes as an int, for what an array or a buffer holds.
     *
     * @throws HawserException with INVALID_ARGUMENT when it is 2 GiB or more
     */
    public int toInt() {
        if (bytes > Integer.MAX_VALUE) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, this + " (expected: less than 2GiB)");
        }
        return (int) bytes;
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** Returns the shortest exact form, which {@link #parse} reads. */
    @Override
    public String toString() {
        for (Unit unit : Unit.LARGEST_FIRST) {
            if (bytes > 0 && bytes % (1L << unit.shift) == 0) {
                return String.format(Locale.ROOT, "%d%s", bytes >> unit.shift, unit.name);
            }
        }
        return bytes + "B";
    }

    private static int shiftOf(String name) {
        for (Unit unit : Unit.LARGEST_FIRST) {
            if (unit.name.equals(name)) {
                return unit.shift;
            }
        }
        return 0;
    }

    private static HawserException refused(String text) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, text + EXPECTED);
    }

    private record Unit(String name, int shift) {
        static final Unit[] LARGEST_FIRST = {new Unit("GiB", 30), new Unit("MiB", 20), new Unit("KiB", 10)};
    }
}
