package io.hawser.keeper.zookeeper;

import io.hawser.keeper.config.Secret;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How ZooKeeper is reached.
 *
 * @param connect {@code host:port,host:port[/root]}
 * @param sessionTimeout after which others take a process that fell silent for gone; 1 s to 5 m
 * @param connectTimeout how long a start waits for ZooKeeper; 100 ms to 5 m
 * @param digest {@code user:password} for the digest scheme; empty: none, and all nodes are open
 */
public record ZooKeeperSettings(String connect, Duration sessionTimeout, Duration connectTimeout, Secret digest) {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    public ZooKeeperSettings {
        if (connect.isBlank()) {
            throw refused("zookeeper: blank (expected: host:port,host:port)");
        }
        check("session timeout", sessionTimeout, Duration.ofSeconds(1));
        check("connect timeout", connectTimeout, Duration.ofMillis(100));
        if (!digest.isEmpty() && digest.reveal().indexOf(':') < 1) {
            throw refused("digest: no user (expected: user:password)");
        }
    }

    public static ZooKeeperSettings of(String connect) {
        return new ZooKeeperSettings(connect, Duration.ofSeconds(10), Duration.ofSeconds(15), Secret.none());
    }

    private static void check(String what, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            throw refused(what + ": " + value + " (expected: " + least + " to " + LONGEST + ")");
        }
    }

    private static HawserException refused(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
