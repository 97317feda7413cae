package io.hawser.bench.chaos.load;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with the run itself, in any of its threads, and not with the platform. A history that lacks what a sender
 * or a device of ours failed to do proves nothing, so the first such thing ends the run.
 */
final class Mishaps {
    private static final long LOOK_MILLIS = 250;

    private final AtomicReference<@Nullable BenchException> first = new AtomicReference<>();

    /** @param who the sender, device or thread that failed */
    void happened(String who, Throwable cause) {
        first.compareAndSet(null, new BenchException("the run failed: " + who + ": " + cause, cause));
    }

    void happened(String what) {
        first.compareAndSet(null, new BenchException("the run failed: " + what));
    }

    /** @throws BenchException where something happened: the first */
    void check() {
        BenchException failure = first.get();
        if (failure != null) {
            throw failure;
        }
    }

    /** Waits until it is so; whether it was in time. Throws as {@link #check} does. */
    boolean await(Duration patience, BooleanSupplier condition) {
        return Pause.until(patience, LOOK_MILLIS, () -> {
            if (condition.getAsBoolean()) {
                return true;
            }
            check();
            return false;
        });
    }
}
