package io.hawser.coordinator.webhook;

import io.hawser.keeper.config.ByteSize;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How back ends are called.
 *
 * @param connectTimeout how long a connection may take to be made
 * @param defaultTimeout how long an attempt may take where the callback does not say
 * @param maxTimeout the most that a callback may say
 * @param maxAnswer what is read of an answer; a longer one counts as delivered, its reply is dropped
 * @param deniedNetworks networks that callbacks never go to, whatever a name resolves to
 * @param allowedNetworks parts of those where they may go all the same
 */
public record WebhookSettings(
        Duration connectTimeout,
        Duration defaultTimeout,
        Duration maxTimeout,
        ByteSize maxAnswer,
        List<String> deniedNetworks,
        List<String> allowedNetworks) {
    private static final List<String> THIS_MACHINE = List.of("0.0.0.0/8", "127.0.0.0/8", "::/128", "::1/128");
    private static final List<String> LINK_LOCAL = List.of("169.254.0.0/16", "fe80::/10");
    /** Where clouds have it elsewhere: Amazon and Google by IPv6, Alibaba, Oracle, Azure. */
    private static final List<String> METADATA = List.of(
            "fd00:ec2::254/128", "fd20:ce::254/128", "100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32");

    public WebhookSettings {
        positive("connectTimeout", connectTimeout);
        positive("defaultTimeout", defaultTimeout);
        positive("maxTimeout", maxTimeout);
        deniedNetworks = List.copyOf(deniedNetworks);
        allowedNetworks = List.copyOf(allowedNetworks);
        // A wrong one is told when it is configured, not at the first callback.
        var _ = new DeniedNetworks(deniedNetworks, allowedNetworks);
    }

    /** Denied are this machine itself, and where clouds hand credentials to whoever asks. */
    public static WebhookSettings defaults() {
        return new WebhookSettings(
                Duration.ofSeconds(3),
                Duration.ofSeconds(15),
                Duration.ofSeconds(60),
                ByteSize.ofKibibytes(64),
                Stream.of(THIS_MACHINE, LINK_LOCAL, METADATA)
                        .flatMap(List::stream)
                        .toList(),
                List.of());
    }

    DeniedNetworks denied() {
        return new DeniedNetworks(deniedNetworks, allowedNetworks);
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
