package io.hawser.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * When a JVM stood still. From now on it logs its safepoints, whatever they are for, and threads that wait until a collector
 * has made room for them; each line begins with {@link System#nanoTime}, which is one clock for all processes of a Linux
 * machine. Every collector's pauses are told alike by this, and it costs a line of text each.
 */
final class PauseLog implements AutoCloseable {
    private static final Pattern SAFEPOINT =
            Pattern.compile("\\[(\\d+)ns] Safepoint \"(\\w+)\",.* Total: +(\\d+) ns.*");
    private static final Pattern STALL = Pattern.compile("\\[(\\d+)ns] .*(Allocation Stall) \\(.*\\) ([0-9.]+)ms");
    private static final double NANOS_A_MILLISECOND = 1e6;

    private final String name;
    private final long pid;
    private final Path file;

    private PauseLog(String name, long pid, Path file) {
        this.name = name;
        this.pid = pid;
        this.file = file;
    }

    static PauseLog of(String name, long pid) {
        try {
            PauseLog log = new PauseLog(name, pid, Files.createTempFile("hawser-bench-pauses", ".log"));
            // The name was wanted: a file that is there a JVM would keep aside, under another one.
            Files.delete(log.file);
            log.say("safepoint=info,gc=info", "decorators=tn");
            return log;
        } catch (IOException e) {
            throw new BenchException("cannot make a file for the pauses of " + name + ": " + e.getMessage(), e);
        }
    }

    private void say(String what, String... more) {
        String[] command = Stream.concat(Stream.of("VM.log", "output=" + file, "what=" + what), Stream.of(more))
                .toArray(String[]::new);
        var _ = Jcmd.ask(pid, command);
    }

    /** Adds the pauses that ended between two readings of the clock. */
    void addTo(Pauses pauses, long fromNanos, long toNanos) {
        pauses.watched(name);
        try (Stream<String> lines = Files.lines(file)) {
            lines.forEach(line -> {
                add(pauses, SAFEPOINT.matcher(line), 1, fromNanos, toNanos);
                add(pauses, STALL.matcher(line), NANOS_A_MILLISECOND, fromNanos, toNanos);
            });
        } catch (IOException e) {
            throw new BenchException("cannot read the pauses of " + name + ": " + e.getMessage(), e);
        }
    }

    private void add(Pauses pauses, Matcher line, double unitNanos, long fromNanos, long toNanos) {
        if (line.matches()) {
            long endedNanos = Long.parseLong(line.group(1));
            if (endedNanos - fromNanos >= 0 && endedNanos - toNanos <= 0) {
                pauses.add(name, (long) (Double.parseDouble(line.group(3)) * unitNanos), line.group(2));
            }
        }
    }

    /** The JVM logs no more, where it lives. */
    @Override
    public void close() {
        try {
            if (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
                say("all=off");
            }
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new BenchException("cannot remove " + file + ": " + e.getMessage(), e);
        }
    }
}
