package io.hawser.room.overload;

import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/** One thing that a room can run short of. Read by one thread. */
final class Signal {
    private final String name;
    private final String unit;
    private final DoubleSupplier value;
    private final Function<OverloadConfig, Limits> limits;
    private final Scale scale = new Scale();
    private volatile double last;

    Signal(String name, String unit, DoubleSupplier value, Function<OverloadConfig, Limits> limits) {
        this.name = name;
        this.unit = unit;
        this.value = value;
        this.limits = limits;
    }

    String name() {
        return name;
    }

    /** Returns what was read last. May be asked by any thread. */
    double last() {
        return last;
    }

    Level read(OverloadConfig config, long nowNanos) {
        last = value.getAsDouble();
        return scale.read(last, limits.apply(config), nowNanos, config.calmFor().toNanos());
    }

    /** Returns the level that what was read last stands for by itself. */
    Level present(OverloadConfig config) {
        return limits.apply(config).reachedBy(last);
    }

    /** Returns what was read last, for operators: {@code direct 87 %}. */
    String words() {
        return String.format(Locale.ROOT, "%s %.0f %s", name, last, unit);
    }
}
