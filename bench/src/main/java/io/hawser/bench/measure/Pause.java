package io.hawser.bench.measure;

import java.util.concurrent.TimeUnit;

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
}
