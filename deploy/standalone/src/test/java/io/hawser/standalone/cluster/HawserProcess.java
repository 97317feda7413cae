package io.hawser.standalone.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A JVM of its own with one of our mains; what it prints is kept by the line. */
public final class HawserProcess implements AutoCloseable {
    private static final String MAIN = "io.hawser.standalone.Hawser";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reader;

    private HawserProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        // Reading a pipe holds on to its carrier: not for a virtual thread.
        reader = Thread.ofPlatform().daemon().start(this::readLines);
    }

    /** Runs a command of {@code ./hawser}. */
    public static HawserProcess run(Path log, Path home, String... arguments) {
        return start(log, home, MAIN, List.of(arguments));
    }

    /**
     * Runs a main.
     *
     * @param log where its standard error goes
     * @param home what it takes for the installation: its {@code .hawser} is there
     */
    public static HawserProcess start(Path log, Path home, String main, List<String> arguments) {
        return start(log, home, List.of(), Map.of(), main, arguments);
    }

    /** Runs a command of {@code ./hawser} with some of the environment set. */
    public static HawserProcess run(Path log, Path home, Map<String, String> environment, List<String> arguments) {
        return start(log, home, List.of(), environment, MAIN, arguments);
    }

    /** Runs a command of {@code ./hawser} in a JVM with flags of the test's. */
    static HawserProcess run(Path log, Path home, List<String> jvmFlags, List<String> arguments) {
        return start(log, home, jvmFlags, Map.of(), MAIN, arguments);
    }

    private static HawserProcess start(
            Path log,
            Path home,
            List<String> jvmFlags,
            Map<String, String> environment,
            String main,
            List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx384m"));
        command.addAll(SharedClasses.options());
        command.addAll(jvmFlags);
        command.addAll(List.of("-Dhawser.home=" + home, "-cp", SharedClasses.classPath(), main));
        command.addAll(arguments);
        try {
            var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            return new HawserProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** Waits for a line on its standard output; those before it are dropped. */
    public String awaitLine(Predicate<String> wanted) throws InterruptedException {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadlineNs < 0) {
            String line = lines.poll(100, TimeUnit.MILLISECONDS);
            if (line != null && wanted.test(line)) {
                return line;
            }
            if (line == null && !process.isAlive()) {
                throw new AssertionError("ended with " + process.exitValue() + " before the line came: " + errors());
            }
        }
        throw new AssertionError("no such line within " + PATIENCE + ": " + errors());
    }

    /** What it printed and nobody has read, up to its end. */
    public List<String> remainingLines() throws InterruptedException {
        reader.join(PATIENCE);
        return List.copyOf(lines);
    }

    /** Ends it with SIGKILL. */
    public void killHard() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Ends it with SIGTERM, and returns its exit code. */
    public int stop() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    /** Waits for its end, at most so long, and returns the last line that it printed. */
    public String awaitLast(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost)) {
            throw new AssertionError("still runs after " + atMost + ": " + errors());
        }
        List<String> printed = remainingLines();
        if (printed.isEmpty()) {
            throw new AssertionError("ended with " + process.exitValue() + " and printed nothing: " + errors());
        }
        return printed.getLast();
    }

    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE)) {
            throw new AssertionError("still runs after " + PATIENCE + ": " + errors());
        }
        return process.exitValue();
    }

    /** What it wrote on standard error. */
    public String errors() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it, and what it has started, with SIGKILL; when this returns it writes nothing any more. */
    @Override
    public void close() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    private void readLines() {
        try (BufferedReader out = process.inputReader()) {
            out.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException closed) {
            lines.add("");
        }
    }
}
