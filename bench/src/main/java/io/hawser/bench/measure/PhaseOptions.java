package io.hawser.bench.measure;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a phase is, and how large what is sent in it. */
public final class PhaseOptions {
    @Option(names = "--body", description = "Bytes of a body (default: ${DEFAULT-VALUE}).")
    private int bodyBytes = 256;

    @Option(names = "--seconds", description = "Seconds of a phase (default: ${DEFAULT-VALUE}).")
    private double seconds;

    public PhaseOptions(double seconds) {
        this.seconds = seconds;
    }

    public int bodyBytes() {
        return bodyBytes;
    }

    public double seconds() {
        return seconds;
    }

    public Duration time() {
        return duration(seconds);
    }

    static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(1000 * seconds));
    }
}
