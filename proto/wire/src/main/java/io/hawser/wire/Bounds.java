package io.hawser.wire;

/** Checks of configuration, whose refusals name the value and what was expected. */
public final class Bounds {
    private Bounds() {}

    /** @throws HawserException INVALID_ARGUMENT where the value is below {@code min} or above {@code max} */
    public static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }
}
