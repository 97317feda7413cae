package io.hawser.room.overload;

import io.hawser.room.chore.Chore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, again and again, how near the room is to what it cannot take, and tells those who can do something about it.
 * On a thread of its own: what it looks for may well hold up the others.
 */
public final class Overload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Overload.class);
    /** A second of them, unless {@code checkEvery} says otherwise. */
    private static final int LAG_READINGS = 5;

    /** What a room does about it. Called by the one thread that looks. */
    public interface Relief {
        /** The level is another. {@code why} says what has it so, for operators: {@code direct memory 87 %}. */
        void onLevel(Level level, String why);

        /** Has some connections go, as {@code present} has it: not the level, which is kept for a while after. */
        void shed(Level present, int atMost);
    }

    private final Supplier<OverloadConfig> config;
    private final LongSupplier nanoTime;
    private final Relief relief;
    private final List<Signal> signals = new ArrayList<>();
    private final Counter raised;
    private final ScheduledExecutorService watch;
    private volatile Level level = Level.NORMAL;
    private long shedUpToNanos;

    private Overload(Supplier<OverloadConfig> config, LongSupplier nanoTime, Relief relief, MeterRegistry meters) {
        this.config = config;
        this.nanoTime = nanoTime;
        this.relief = relief;
        this.raised = meters.counter("hawser.room.overload.raised");
        this.watch = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("room-overload").factory());
        Gauge.builder("hawser.room.overload.level", () -> level.number()).register(meters);
    }

    /**
     * Begins to look; {@code config} is asked each time.
     *
     * @param memoryRefusals how often there was no memory for a buffer, ever
     */
    public static Overload watch(
            Collection<Executor> loops,
            LongSupplier memoryRefusals,
            Supplier<OverloadConfig> config,
            Relief relief,
            MeterRegistry meters) {
        Overload overload = new Overload(config, System::nanoTime, relief, meters);
        DoubleSupplier lag = new Lasting(new LoopLag(loops, System::nanoTime), LAG_READINGS);
        DirectMemory direct = new DirectMemory(memoryRefusals);
        Heap heap = new Heap();
        overload.heeds(Signal.of("lag", "ms", lag, OverloadConfig::lagMs), meters);
        overload.heeds(Signal.ofHeap(heap::percent, heap::collections, heap::collect), meters);
        overload.heeds(Signal.of("direct", "%", direct::percent, OverloadConfig::directPercent), meters);
        overload.lookLater();
        return overload;
    }

    /** For tests: nothing is looked at before {@link #look}. */
    static Overload ofHand(
            Signal signal, OverloadConfig config, LongSupplier nanoTime, Relief relief, MeterRegistry meters) {
        Overload overload = new Overload(() -> config, nanoTime, relief, meters);
        overload.heeds(signal, meters);
        return overload;
    }

    private void heeds(Signal signal, MeterRegistry meters) {
        signals.add(signal);
        Gauge.builder("hawser.room.overload." + signal.name(), signal::last).register(meters);
    }

    public Level level() {
        return level;
    }

    private void lookLater() {
        try {
            var _ = watch.schedule(this::lookAndGoOn, config.get().checkEvery().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("Closed meanwhile", e);
        }
    }

    private void lookAndGoOn() {
        new Chore("looking for overload", this::look).run();
        lookLater();
    }

    /** Looks once. */
    void look() {
        OverloadConfig now = config.get();
        long nowNanos = nanoTime.getAsLong();
        Level worst = Level.NORMAL;
        Level present = Level.NORMAL;
        List<String> why = new ArrayList<>();
        for (Signal signal : signals) {
            Level reached = signal.read(now, nowNanos);
            worst = worst.orHigher(reached);
            present = present.orHigher(signal.present(now));
            if (reached != Level.NORMAL) {
                why.add(signal.words());
            }
        }
        change(worst, String.join(", ", why));
        shed(present, now, nowNanos);
        signals.forEach(signal -> signal.measureAnew(now, nowNanos));
    }

    private void change(Level next, String why) {
        Level before = level;
        if (next == before) {
            return;
        }
        level = next;
        if (next.isAtLeast(before)) {
            raised.increment();
            LOG.warn("Overload level {}, {}: {}", next.number(), next, why);
        } else {
            LOG.info("Overload level {}, {}{}", next.number(), next, why.isEmpty() ? "" : ": " + why);
        }
        relief.onLevel(next, why);
    }

    /** As many as the time since the last look allows, and none for what is over: that would be everyone, in a while. */
    private void shed(Level present, OverloadConfig now, long nowNanos) {
        if (!present.isAtLeast(Level.OVERLOADED)) {
            shedUpToNanos = nowNanos;
            return;
        }
        long sinceNanos = Math.min(nowNanos - shedUpToNanos, TimeUnit.SECONDS.toNanos(1));
        int atMost = (int) (now.shedPerSecond() * sinceNanos / TimeUnit.SECONDS.toNanos(1));
        if (atMost > 0 && anyCalls(now)) {
            shedUpToNanos = nowNanos;
            relief.shed(present, atMost);
        }
    }

    private boolean anyCalls(OverloadConfig now) {
        boolean any = false;
        for (Signal signal : signals) {
            any |= signal.takeCall(now);
        }
        return any;
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
