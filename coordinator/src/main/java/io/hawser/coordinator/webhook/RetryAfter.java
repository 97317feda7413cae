package io.hawser.coordinator.webhook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

/** The header of RFC 9110, section 10.2.3: seconds, or a date. */
final class RetryAfter {
    private static final Duration MOST = Duration.ofHours(1);

    private RetryAfter() {}

    /** Returns how long to wait, an hour at most; zero where it says nothing that can be understood. */
    static Duration of(String header, Instant now) {
        String value = header.strip();
        if (value.isEmpty()) {
            return Duration.ZERO;
        }
        Duration wait = value.chars().allMatch(Character::isDigit) ? seconds(value) : until(value, now);
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(MOST) < 0 ? wait : MOST;
    }

    private static Duration seconds(String value) {
        return value.length() > 9 ? MOST : Duration.ofSeconds(Long.parseLong(value));
    }

    private static Duration until(String value, Instant now) {
        try {
            return Duration.between(now, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value)));
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
