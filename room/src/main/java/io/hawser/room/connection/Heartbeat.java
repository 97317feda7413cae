package io.hawser.room.connection;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * How often clients are to be heard. Whole seconds. A client proposes, the room decides: never more seldom than its network
 * keeps a silent connection, and within bounds.
 *
 * @param preferred for clients that have no wish, on a network of which nothing is known
 * @param min wishes below get this
 * @param max wishes above get this
 * @param networks by what HELLO says of the network, in lower case: for those that have no wish, and at most; within the
 *     bounds, whatever stands here
 * @param apps of apps that want to know sooner who is gone: at most, on a connection with a binding of theirs
 * @param probeAfter silence after which a client that has unacknowledged messages in hand is asked for a word
 * @param probeWithin time that it has to say one
 */
public record Heartbeat(
        Duration preferred,
        Duration min,
        Duration max,
        Map<String, Duration> networks,
        Map<String, Duration> apps,
        Duration probeAfter,
        Duration probeWithin) {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration MOBILE = Duration.ofMinutes(5);
    private static final Duration FIXED = Duration.ofMinutes(8);

    public Heartbeat {
        networks = Map.copyOf(networks);
        apps = Map.copyOf(apps);
        if (min.compareTo(Duration.ofSeconds(1)) < 0 || max.compareTo(min) < 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "min: " + min + ", max: " + max + " (expected: 1s <= min <= max)");
        }
        within("preferred", preferred, min, max);
        networks.forEach((network, every) -> within("networks." + network, every, Duration.ofSeconds(1), LONGEST));
        apps.forEach((app, every) -> within("apps." + app, every, Duration.ofSeconds(1), LONGEST));
        within("probeAfter", probeAfter, Duration.ofMillis(100), Duration.ofHours(1));
        within("probeWithin", probeWithin, Duration.ofMillis(100), Duration.ofHours(1));
    }

    public static Heartbeat defaults() {
        return new Heartbeat(
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Map.of(
                        "2g",
                        MOBILE,
                        "3g",
                        MOBILE,
                        "4g",
                        MOBILE,
                        "5g",
                        MOBILE,
                        "mobile",
                        MOBILE,
                        "cellular",
                        MOBILE,
                        "wifi",
                        FIXED,
                        "ethernet",
                        FIXED),
                Map.of(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20));
    }

    private static void within(String what, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, what + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }

    /** Returns the interval for a client that would like {@code wishedSeconds}; 0: it has no wish. */
    int decide(int wishedSeconds, String network) {
        Duration ofNetwork = networks.get(network.toLowerCase(Locale.ROOT));
        // The wish is unsigned on the wire: one over 2^31 is long, not negative.
        long wished = Integer.toUnsignedLong(wishedSeconds);
        if (wished == 0) {
            wished = (ofNetwork == null ? preferred : ofNetwork).toSeconds();
        }
        long atMost = ofNetwork == null ? wished : Math.min(wished, ofNetwork.toSeconds());
        return (int) Math.clamp(atMost, min.toSeconds(), max.toSeconds());
    }

    /** Returns the interval of a connection, now that it has a binding of the app. */
    int ofApp(String app, int seconds) {
        Duration atMost = apps.get(app);
        return atMost == null ? seconds : (int) Math.min(seconds, atMost.toSeconds());
    }
}
