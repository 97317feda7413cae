package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.constant.ClassDesc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/** What stands out in a recording: where the time goes, what is allocated, how long the collector stopped all. */
final class ProfileSummary {
    private static final int TOP = 10;

    private final Tally methods = new Tally();
    private final Tally allocations = new Tally();
    private final Tally threads = new Tally();
    private Duration pauses = Duration.ZERO;
    private Duration longestPause = Duration.ZERO;
    private int pauseCount;
    private double cpuSum;
    private int cpuCount;
    private long threadCount;

    /** Weights by name. */
    private static final class Tally {
        private final Map<String, Long> weights = new HashMap<>();
        private long sum;

        void add(String name, long weight) {
            weights.merge(name, weight, Long::sum);
            sum += weight;
        }

        List<Map.Entry<String, Long>> top() {
            return weights.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue()
                            .reversed()
                            .thenComparing(Map.Entry.comparingByKey()))
                    .limit(TOP)
                    .toList();
        }

        String share(long weight) {
            return String.format(Locale.ROOT, "%.1f%%", 100.0 * weight / Math.max(1, sum));
        }
    }

    private ProfileSummary() {}

    /**
     * Reads a recording.
     *
     * @throws IOException when it is none
     */
    static ProfileSummary read(Path file) throws IOException {
        ProfileSummary summary = new ProfileSummary();
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                summary.add(events.readEvent());
            }
        }
        return summary;
    }

    void print(PrintWriter out, Path file) {
        out.println("recording  " + file);
        out.println("CPU        " + cpu() + " of the machine, by this process; " + threadCount + " threads");
        out.println("GC         " + pauseCount + " pauses, " + millis(pauses) + " in all, the longest "
                + millis(longestPause));
        table(out, "TOP METHODS", "samples", methods);
        table(out, "ALLOCATED (estimated)", "bytes", allocations);
        table(out, "BUSY THREADS", "samples", threads);
    }

    ObjectNode toTree(Path file, long bytes) {
        ObjectNode tree = JsonNodeFactory.instance
                .objectNode()
                .put("file", file.toString())
                .put("bytes", bytes)
                .put("cpuOfMachine", cpuCount == 0 ? 0 : cpuSum / cpuCount)
                .put("threads", threadCount);
        tree.putObject("gc")
                .put("pauses", pauseCount)
                .put("totalMs", pauses.toNanos() / 1e6)
                .put("longestMs", longestPause.toNanos() / 1e6);
        list(tree.putArray("methods"), "method", "samples", methods);
        list(tree.putArray("allocations"), "class", "bytes", allocations);
        list(tree.putArray("busyThreads"), "thread", "samples", threads);
        return tree;
    }

    private void add(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "jdk.ExecutionSample" -> sample(event);
            case "jdk.ObjectAllocationSample" -> allocation(event);
            case "jdk.GCPhasePause" -> pause(event.getDuration());
            case "jdk.CPULoad" -> {
                cpuSum += event.getFloat("jvmUser") + event.getFloat("jvmSystem");
                cpuCount++;
            }
            case "jdk.JavaThreadStatistics" -> threadCount = event.getLong("activeCount");
            default -> {
                // A recording holds some hundred kinds more, which are for the tools that open the file.
            }
        }
    }

    private void sample(RecordedEvent event) {
        methods.add(method(event.getStackTrace()), 1);
        RecordedThread thread = event.getThread("sampledThread");
        String name = thread == null ? null : thread.getJavaName();
        threads.add(name == null ? "unnamed" : name, 1);
    }

    private void allocation(RecordedEvent event) {
        RecordedClass allocated = event.getClass("objectClass");
        allocations.add(allocated == null ? "unknown" : readable(allocated.getName()), event.getLong("weight"));
    }

    /** Returns {@code byte[]} for {@code [B}, and other arrays likewise. */
    private static String readable(String name) {
        try {
            return name.startsWith("[")
                    ? ClassDesc.ofDescriptor(name.replace('.', '/')).displayName()
                    : name;
        } catch (IllegalArgumentException e) {
            // A hidden class: its name is no descriptor, but still the best there is.
            return name;
        }
    }

    private void pause(Duration took) {
        pauseCount++;
        pauses = pauses.plus(took);
        longestPause = took.compareTo(longestPause) > 0 ? took : longestPause;
    }

    private static String method(@Nullable RecordedStackTrace trace) {
        if (trace == null || trace.getFrames().isEmpty()) {
            return "unknown";
        }
        RecordedFrame top = trace.getFrames().getFirst();
        RecordedMethod method = top.getMethod();
        return method.getType().getName() + "." + method.getName();
    }

    private String cpu() {
        return String.format(Locale.ROOT, "%.1f%%", cpuCount == 0 ? 0 : 100 * cpuSum / cpuCount);
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
    }

    private static void table(PrintWriter out, String title, String unit, Tally tally) {
        out.println();
        Table.print(
                out,
                List.of(title, unit, "share"),
                tally.top().stream()
                        .map(one -> List.of(one.getKey(), String.valueOf(one.getValue()), tally.share(one.getValue())))
                        .toList());
    }

    private static void list(ArrayNode into, String name, String unit, Tally tally) {
        tally.top().forEach(one -> into.addObject().put(name, one.getKey()).put(unit, one.getValue()));
    }
}
