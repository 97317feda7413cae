package io.hawser.bench.link;

import org.HdrHistogram.Histogram;

/**
 * What one round gave.
 *
 * @param latencies in microseconds
 */
record Measured(
        long answered, long failed, double seconds, long callerCpuMicros, long calledCpuMicros, Histogram latencies) {
    double perSecond() {
        return answered / seconds;
    }

    /** CPU of both processes for one call, in microseconds. */
    double cpuMicrosPerCall() {
        return (double) (callerCpuMicros + calledCpuMicros) / Math.max(1, answered);
    }

    double micros(double percentile) {
        return (double) latencies.getValueAtPercentile(percentile);
    }
}
