package io.hawser.room.overload;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/**
 * The least of the last few readings: what is high now and then is a burst, or a pause; only what stays high is a lack.
 * As CoDel tells a good queue from a bad one (Nichols and Jacobson, 2012).
 */
final class Lasting implements DoubleSupplier {
    private final DoubleSupplier value;
    private final double[] last;
    private int next;

    Lasting(DoubleSupplier value, int readings) {
        this.value = value;
        this.last = new double[readings];
    }

    @Override
    public double getAsDouble() {
        last[next] = value.getAsDouble();
        next = (next + 1) % last.length;
        return Arrays.stream(last).min().orElseThrow();
    }
}
