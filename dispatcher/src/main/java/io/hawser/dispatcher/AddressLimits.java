package io.hawser.dispatcher;

import java.time.Duration;

/**
 * What is answered to clients.
 *
 * @param count addresses in a list where the client asks for no number
 * @param maxCount most that a client may ask for
 * @param maxFailed most addresses that a client may say have failed
 * @param maxAge how long a client may use a list
 * @param retryAfter how long a client is asked to wait where no room takes any; half of it again is added by lot
 */
public record AddressLimits(int count, int maxCount, int maxFailed, Duration maxAge, Duration retryAfter) {
    public AddressLimits {
        Checks.within("maxCount", maxCount, 1, 256);
        Checks.within("count", count, 1, maxCount);
        Checks.within("maxFailed", maxFailed, 0, 256);
        Checks.within("maxAge", maxAge, Duration.ofSeconds(1), Duration.ofDays(7));
        Checks.within("retryAfter", retryAfter, Duration.ofSeconds(1), Duration.ofHours(1));
    }

    public static AddressLimits defaults() {
        return new AddressLimits(6, 16, 32, Duration.ofMinutes(5), Duration.ofSeconds(4));
    }
}
