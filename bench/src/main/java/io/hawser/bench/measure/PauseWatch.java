package io.hawser.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Has JVMs say when they stand still, as long as it is open. */
public final class PauseWatch implements AutoCloseable {
    private final List<PauseLog> logs = new ArrayList<>();

    private PauseWatch() {}

    /** Of those that let themselves be asked; of the others it is said that they do not. */
    public static PauseWatch over(Map<String, Proc> jvms) {
        PauseWatch watch = new PauseWatch();
        jvms.forEach(watch::add);
        return watch;
    }

    private void add(String name, Proc jvm) {
        try {
            logs.add(PauseLog.of(name, jvm.pid()));
        } catch (BenchException e) {
            System.err.println("SKIPPED: pauses of " + name + ": " + e.getMessage());
        }
    }

    /** Those that ended while {@code use} was watched. */
    public Pauses during(CpuWatch.Use use) {
        return between(use.beganNanos(), use.endedNanos());
    }

    /** Those that ended between two readings of {@link System#nanoTime}. */
    public Pauses between(long fromNanos, long toNanos) {
        Pauses pauses = new Pauses();
        logs.forEach(log -> log.addTo(pauses, fromNanos, toNanos));
        return pauses;
    }

    @Override
    public void close() {
        logs.forEach(PauseLog::close);
    }
}
