package io.hawser.standalone.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as people write it: {@code 90s}, {@code 15m}, {@code 1h}, {@code 7d}; without a unit, seconds. */
final class TimeSpan {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})([smhd]?)");

    private TimeSpan() {}

    /** @param option whose value it is, for who wrote it wrong */
    static long seconds(String option, String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new CommandException(option + ": " + text + " (expected: such as 90s, 15m, 1h or 7d)");
        }
        long unit = switch (parts.group(2)) {
            case "m" -> 60;
            case "h" -> 3_600;
            case "d" -> 86_400;
            default -> 1;
        };
        return Long.parseLong(parts.group(1)) * unit;
    }
}
