package io.hawser.bench.room;

import io.hawser.bench.measure.PhaseOptions;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How much of everything there is in a day. */
final class MixedOptions {
    /** The broadcast is over when so much of the time is. */
    private static final double BROADCAST_SHARE = 0.6;

    @Option(names = "--clients", defaultValue = "10000", description = "Bound clients (default: 10000).")
    private int clients;

    @Mixin
    private final PhaseOptions phase = new PhaseOptions(60);

    @Option(names = "--warm-up", defaultValue = "15", description = "Seconds that do not count (default: 15).")
    private double warmUpSeconds;

    @Option(
            names = "--rate",
            defaultValue = "500",
            description = "Stored messages a second, to clients drawn by lot (default: 500).")
    private int messagesPerSecond;

    @Option(names = "--uplinks", defaultValue = "200", description = "Uplinks a second (default: 200).")
    private int uplinksPerSecond;

    @Option(
            names = "--drop",
            paramLabel = "PER MILLE",
            defaultValue = "1",
            description = "Clients of a thousand that go each second, and come back (default: 1).")
    private double dropsPerMille;

    @Option(names = "--away", defaultValue = "2", description = "Seconds that they are away (default: 2).")
    private double awaySeconds;

    @Option(
            names = "--restart",
            paramLabel = "PERCENT",
            defaultValue = "20",
            description =
                    "Of those that go, such as lose what their process knew: they ask a dispatcher and bind anew. All others go on where they were (default: 20).")
    private int restartPercent;

    @Option(
            names = "--pace",
            defaultValue = "0",
            description =
                    "Members a second of the broadcast; 0: as it takes to be done after six tenths of the time (default: 0).")
    private int pace;

    int clients() {
        return clients;
    }

    int bodyBytes() {
        return phase.bodyBytes();
    }

    double seconds() {
        return phase.seconds();
    }

    double warmUpSeconds() {
        return warmUpSeconds;
    }

    int messagesPerSecond() {
        return messagesPerSecond;
    }

    int uplinksPerSecond() {
        return uplinksPerSecond;
    }

    double dropsPerSecond() {
        return Math.max(0.1, clients * dropsPerMille / 1000);
    }

    Duration away() {
        return Duration.ofMillis(Math.round(1000 * awaySeconds));
    }

    int restartPercent() {
        return restartPercent;
    }

    /** Of a phase of so many seconds. */
    int membersPerSecond(double seconds) {
        return pace > 0 ? pace : Math.max(1, (int) (clients / (seconds * BROADCAST_SHARE)));
    }
}
