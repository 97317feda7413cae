package io.hawser.keeper.config;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The written form of durations: a whole number and a unit, {@code 250ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d}. */
public final class DurationText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(ns|us|ms|s|m|h|d)");
    private static final ChronoUnit[] LARGEST_FIRST = {
        ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES, ChronoUnit.SECONDS, ChronoUnit.MILLIS, ChronoUnit.MICROS
    };

    private DurationText() {}

    /**
     * Reads a number with its unit.
     *
     * @throws HawserException with INVALID_ARGUMENT when it has no such form or is too long
     */
    public static Duration parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw refused(text);
        }
        try {
            Duration parsed = Duration.of(Long.parseLong(form.group(1)), unitOf(form.group(2)));
            // Whoever counts in nanoseconds must be able to.
            return Duration.ofNanos(parsed.toNanos());
        } catch (ArithmeticException e) {
            throw refused(text);
        }
    }

    /** Returns the shortest exact form, which {@link #parse} reads. */
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        long nanos = duration.toNanos();
        for (ChronoUnit unit : LARGEST_FIRST) {
            long unitNanos = unit.getDuration().toNanos();
            if (nanos % unitNanos == 0) {
                return nanos / unitNanos + symbolOf(unit);
            }
        }
        return nanos + "ns";
    }

    private static ChronoUnit unitOf(String symbol) {
        for (ChronoUnit unit : LARGEST_FIRST) {
            if (symbolOf(unit).equals(symbol)) {
                return unit;
            }
        }
        return ChronoUnit.NANOS;
    }

    private static String symbolOf(ChronoUnit unit) {
        return switch (unit) {
            case DAYS -> "d";
            case HOURS -> "h";
            case MINUTES -> "m";
            case SECONDS -> "s";
            case MILLIS -> "ms";
            case MICROS -> "us";
            default -> "ns";
        };
    }

    private static HawserException refused(String text) {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, text + " (expected: a duration such as 250ms, 30s, 5m, 2h or 7d)");
    }
}
