package io.hawser.keeper;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How times and sizes are published: times as cumulative buckets, which add up over instances and cost one increment
 * each; sizes as count, sum and maximum. No meter computes percentiles by itself, whatever a library asks for: they can
 * be neither added nor averaged, and cost more than much of what they measure.
 */
final class Distributions implements MeterFilter {
    private static final double[] NONE = {};
    /** From a hand-over between threads to a caller's patience. */
    private static final double[] TIMES_NANOS = nanos(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000);

    @Override
    public @Nullable DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig asked) {
        return DistributionStatisticConfig.builder()
                .percentiles(NONE)
                .percentilesHistogram(false)
                .serviceLevelObjectives(id.getType() == Meter.Type.TIMER ? TIMES_NANOS : NONE)
                .build()
                .merge(asked);
    }

    private static double[] nanos(int... millis) {
        return Arrays.stream(millis)
                .mapToDouble(each -> Duration.ofMillis(each).toNanos())
                .toArray();
    }
}
