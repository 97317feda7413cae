package io.hawser.bench.measure;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A little time between two looks at something that changes elsewhere. */
public final class Pause {
    private Pause() {}

    public static void millis(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** Looks again and again, so many milliseconds apart, until it is so; whether it was in time. */
    public static boolean until(Duration patience, long lookMillis, BooleanSupplier condition) {
        long giveUpNanos = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - giveUpNanos > 0) {
                return false;
            }
            millis(lookMillis);
        }
        return true;
    }
}
