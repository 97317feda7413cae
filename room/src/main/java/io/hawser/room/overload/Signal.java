package io.hawser.room.overload;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** One thing that a room can run short of. Read by one thread. */
final class Signal {
    private final String name;
    private final String unit;
    private final DoubleSupplier value;
    private final LongSupplier measurements;
    private final Runnable measure;
    private final Function<OverloadConfig, Limits> limits;
    private final Scale scale = new Scale();
    private volatile double last;
    /** As which measurement that came, and when. */
    private long measurement;

    private long measuredNanos;
    private long heeded;

    private Signal(
            String name,
            String unit,
            DoubleSupplier value,
            LongSupplier measurements,
            Runnable measure,
            Function<OverloadConfig, Limits> limits) {
        this.name = name;
        this.unit = unit;
        this.value = value;
        this.measurements = measurements;
        this.measure = measure;
        this.limits = limits;
    }

    /** What is measured by being read. */
    static Signal of(String name, String unit, DoubleSupplier value, Function<OverloadConfig, Limits> limits) {
        return new Signal(name, unit, value, new AtomicLong()::incrementAndGet, () -> {}, limits);
    }

    /** What is known only of when it was last measured, as the so manieth time; {@code measure} has it measured again. */
    static Signal ofHeap(DoubleSupplier percent, LongSupplier measurements, Runnable measure) {
        return new Signal("heap", "%", percent, measurements, measure, OverloadConfig::heapPercent);
    }

    String name() {
        return name;
    }

    /** Returns what was read last. May be asked by any thread. */
    double last() {
        return last;
    }

    Level read(OverloadConfig config, long nowNanos) {
        long now = measurements.getAsLong();
        if (now != measurement) {
            measurement = now;
            measuredNanos = nowNanos;
        }
        last = value.getAsDouble();
        return scale.read(last, limits.apply(config), nowNanos, config.calmFor().toNanos());
    }

    /** Returns the level that what was read last stands for by itself. */
    Level present(OverloadConfig config) {
        return limits.apply(config).reachedBy(last);
    }

    /** Whether it says that connections are to go, and has not said so of the same measurement before. */
    boolean takeCall(OverloadConfig config) {
        boolean calls = present(config).isAtLeast(Level.OVERLOADED) && measurement != heeded;
        if (calls) {
            heeded = measurement;
        }
        return calls;
    }

    /** Those who were sent away use none of it: what is old is not left to be measured by itself. */
    void measureAnew(OverloadConfig config, long nowNanos) {
        boolean isOld = nowNanos - measuredNanos >= config.calmFor().toNanos();
        if (isOld && present(config).isAtLeast(Level.OVERLOADED)) {
            measuredNanos = nowNanos;
            measure.run();
        }
    }

    /** Returns what was read last, for operators: {@code direct 87 %}. */
    String words() {
        return String.format(Locale.ROOT, "%s %.0f %s", name, last, unit);
    }
}
