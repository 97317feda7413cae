package io.hawser.dispatcher;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** Checks whose messages name the value and what was expected. */
final class Checks {
    private Checks() {}

    static <T extends Comparable<T>> T within(String what, T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw refusal(what, value.toString(), min + " to " + max);
        }
        return value;
    }

    /** Returns {@code text}: at most so many of letters, digits, '.', '_' and '-'. */
    static String label(String what, String text, int maxLength) {
        if (text.length() > maxLength) {
            throw refusal(what, text.length() + " characters", "at most " + maxLength);
        }
        if (!text.chars().allMatch(Checks::isLabelCharacter)) {
            throw refusal(what, text, "only letters, digits, '.', '_' and '-'");
        }
        return text;
    }

    /** Returns {@code address}: {@code host:port}, or {@code [host]:port} for IPv6, at most 64 characters. */
    static String address(String what, String address) {
        if (address.length() > 64) {
            throw refusal(what, address.length() + " characters", "at most 64");
        }
        int colon = address.lastIndexOf(':');
        if (colon < 1 || !isHost(address.substring(0, colon)) || !isPort(address.substring(colon + 1))) {
            throw refusal(what, address, "ip:port");
        }
        return address;
    }

    static HawserException refusal(String what, String value, String expected) {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, what + ": " + value + " (expected: " + expected + ")");
    }

    private static boolean isHost(String host) {
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.length() > 2
                    && host.substring(1, host.length() - 1)
                            .chars()
                            .allMatch(c -> c == ':' || c == '.' || (c < 0x80 && Character.digit(c, 16) >= 0));
        }
        return host.chars().allMatch(c -> c != '_' && isLabelCharacter(c));
    }

    private static boolean isPort(String digits) {
        boolean wellFormed =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return wellFormed && Integer.parseInt(digits) >= 1 && Integer.parseInt(digits) <= 65_535;
    }

    private static boolean isLabelCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
