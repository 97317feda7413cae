package io.hawser.bench.measure;

import java.util.LinkedHashMap;
import java.util.Map;

/** What CPU some processes use while it watches, and how much of the machine others take meanwhile. */
public final class CpuWatch {
    /**
     * What was used.
     *
     * @param micros user and system, by process
     * @param beganNanos a reading of {@link System#nanoTime}, as {@code endedNanos}
     * @param othersShare of all cores, 0 to 1: by processes that were not watched, and stolen from the machine
     */
    public record Use(Map<String, Long> micros, long beganNanos, long endedNanos, double othersShare) {
        public double seconds() {
            return (endedNanos - beganNanos) / 1e9;
        }

        public long total() {
            return micros.values().stream().mapToLong(Long::longValue).sum();
        }

        /** Of those whose name begins so. */
        public long of(String prefix) {
            return micros.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(prefix))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
    }

    private final Map<String, Proc> processes;
    private final Map<String, Long> before;
    private final long machineBefore = Proc.machineMicros();
    private final long beganNanos = System.nanoTime();

    private CpuWatch(Map<String, Proc> processes) {
        this.processes = processes;
        this.before = read();
    }

    public static CpuWatch over(Map<String, Proc> processes) {
        return new CpuWatch(Map.copyOf(processes));
    }

    public Use stop() {
        long endedNanos = System.nanoTime();
        Map<String, Long> used = new LinkedHashMap<>();
        read().forEach((name, micros) -> used.put(name, micros - before.getOrDefault(name, 0L)));
        long machine = Proc.machineMicros() - machineBefore;
        Use ours = new Use(used, beganNanos, endedNanos, 0);
        double possible = ours.seconds() * 1e6 * Runtime.getRuntime().availableProcessors();
        return new Use(used, beganNanos, endedNanos, Math.clamp((machine - ours.total()) / possible, 0, 1));
    }

    private Map<String, Long> read() {
        Map<String, Long> now = new LinkedHashMap<>();
        processes.forEach((name, proc) -> now.put(name, proc.cpuMicros()));
        return now;
    }
}
