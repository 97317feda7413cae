package io.hawser.coordinator.webhook;

import io.hawser.keeper.config.ByteSize;
import java.time.Duration;
import java.util.List;

/**
 * How back ends are called.
 *
 * @param connectTimeout how long a connection may take to be made
 * @param defaultTimeout how long an attempt may take where the callback does not say
 * @param maxTimeout the most that a callback may say
 * @param maxAnswer what is read of an answer; a longer one counts as delivered, its reply is dropped
 * @param deniedNetworks networks that callbacks never go to, whatever a name resolves to
 */
public record WebhookSettings(
        Duration connectTimeout,
        Duration defaultTimeout,
        Duration maxTimeout,
        ByteSize maxAnswer,
        List<String> deniedNetworks) {
    public WebhookSettings {
        positive("connectTimeout", connectTimeout);
        positive("defaultTimeout", defaultTimeout);
        positive("maxTimeout", maxTimeout);
        deniedNetworks = List.copyOf(deniedNetworks);
        // A wrong one is told when it is configured, not at the first callback.
        var _ = new DeniedNetworks(deniedNetworks);
    }

    /** Link-local addresses are denied: where clouds hand credentials to whoever asks. */
    public static WebhookSettings defaults() {
        return new WebhookSettings(
                Duration.ofSeconds(3),
                Duration.ofSeconds(15),
                Duration.ofSeconds(60),
                ByteSize.ofKibibytes(64),
                List.of("169.254.0.0/16", "fe80::/10"));
    }

    /** How long an attempt may take, by what the callback says. */
    Duration timeout(int callbackMs) {
        Duration asked = callbackMs > 0 ? Duration.ofMillis(callbackMs) : defaultTimeout;
        return asked.compareTo(maxTimeout) < 0 ? asked : maxTimeout;
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
