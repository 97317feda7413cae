package io.hawser.bench.room;

import io.hawser.bench.measure.PhaseOptions;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How much is broadcast, to how many. */
final class FanoutOptions {
    @Option(names = "--clients", defaultValue = "10000", description = "Members of each side (default: 10000).")
    private int clients;

    @Mixin
    private final PhaseOptions phase = new PhaseOptions(3);

    @Option(
            names = "--waiting",
            split = ",",
            defaultValue = "1,16,64",
            description = "Broadcasts at once (default: 1,16,64).")
    private List<Integer> waiting = List.of();

    @Option(
            names = "--rate",
            defaultValue = "100000",
            description = "Deliveries a second in the open loop; 0: none (default: 100000).")
    private int perSecond;

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds, in which the sides alternate (default: 3).")
    private int rounds;

    @Option(names = "--warm-up", defaultValue = "10", description = "Seconds that do not count (default: 10).")
    private double warmUpSeconds;

    int clients() {
        return clients;
    }

    int bodyBytes() {
        return phase.bodyBytes();
    }

    List<Integer> waiting() {
        return waiting;
    }

    int perSecond() {
        return perSecond;
    }

    int rounds() {
        return rounds;
    }

    double seconds() {
        return phase.seconds();
    }

    double warmUpSeconds() {
        return warmUpSeconds;
    }
}
