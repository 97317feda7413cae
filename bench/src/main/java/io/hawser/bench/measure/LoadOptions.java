package io.hawser.bench.measure;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the workloads of single messages have in common: a closed loop, then open loops, each a phase of its own. */
public final class LoadOptions {
    @Option(names = "--clients", description = "Bound clients, a user each (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Mixin
    private final PhaseOptions phase = new PhaseOptions(10);

    @Option(names = "--warm-up", description = "Seconds that do not count (default: ${DEFAULT-VALUE}).")
    private double warmUpSeconds;

    @Option(
            names = "--outstanding",
            description = "Unanswered at any time in the closed loop (default: ${DEFAULT-VALUE}).")
    private int outstanding;

    @Option(
            names = "--rate",
            split = ",",
            description = "Messages a second of the open loops, such as 1000,5000 (default: ${DEFAULT-VALUE}).")
    private List<Integer> rates;

    /** With the defaults of a workload. */
    public LoadOptions(int clients, double warmUpSeconds, int outstanding, int rate) {
        this.clients = clients;
        this.warmUpSeconds = warmUpSeconds;
        this.outstanding = outstanding;
        this.rates = List.of(rate);
    }

    public int clients() {
        return clients;
    }

    public int bodyBytes() {
        return phase.bodyBytes();
    }

    public double seconds() {
        return phase.seconds();
    }

    public Duration time() {
        return phase.time();
    }

    public double warmUpSeconds() {
        return warmUpSeconds;
    }

    public Duration warmUp() {
        return PhaseOptions.duration(warmUpSeconds);
    }

    public int outstanding() {
        return outstanding;
    }

    public List<Integer> rates() {
        return rates;
    }
}
