package io.hawser.stores;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A server's process, with its log and its pid in its data directory.
 *
 * <p>It runs in a session of its own where the system has {@code setsid}, so that Ctrl-C in the terminal reaches only
 * us: the services drain first, the stores stop last.
 */
final class ServerProcess {
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final long PROBE_MILLIS = 5;
    private static final int LOG_LINES = 5;

    private final String name;
    private final DataDirectory data;
    private final Process process;

    private ServerProcess(String name, DataDirectory data, Process process) {
        this.name = name;
        this.data = data;
        this.process = process;
    }

    /** Whether the server answers by now. */
    interface Probe {
        boolean answers() throws IOException;
    }

    static ServerProcess start(String name, DataDirectory data, List<String> command) {
        Path log = data.resolve(name + ".log");
        var builder = new ProcessBuilder(detached(command))
                .directory(data.path().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile());
        var started = new ServerProcess(name, data, launch(name, builder));
        try {
            data.write(name + ".pid", started.pid() + "\n");
        } catch (StoreException e) {
            started.kill();
            throw e;
        }
        return started;
    }

    /** Runs a command to its end with the input from a file; anything but success throws. */
    static void run(String name, DataDirectory data, Path input, List<String> command) {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(input.toFile())
                .redirectOutput(data.resolve(name + ".log").toFile());
        var started = new ServerProcess(name, data, launch(name, builder));
        if (!started.endsWithin(READY) || started.process.exitValue() != 0) {
            started.kill();
            throw started.failure("failed");
        }
    }

    /**
     * Ends what an earlier life left behind. To be called with the data directory locked, and before the port is looked
     * at, which the leftover may hold.
     *
     * @param mark the part of the command that names the data directory, and so tells our process from others
     */
    static void endLeftovers(String mark) {
        List<ProcessHandle> leftovers = ProcessHandle.allProcesses()
                .filter(process -> isMarked(process.info(), mark))
                .toList();
        leftovers.forEach(ProcessHandle::destroy);
        for (ProcessHandle leftover : leftovers) {
            awaitEnd(leftover);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Completes with the exit code when the process has ended, whoever ended it. */
    CompletableFuture<Integer> ended() {
        return process.onExit().thenApply(Process::exitValue);
    }

    void awaitReady(Probe probe) {
        long deadlineNs = System.nanoTime() + READY.toNanos();
        while (!answers(probe)) {
            if (endsWithin(Duration.ofMillis(PROBE_MILLIS))) {
                throw failure("ended with exit code " + process.exitValue());
            }
            if (System.nanoTime() - deadlineNs > 0) {
                kill();
                throw failure("not ready within " + READY.toSeconds() + " s");
            }
        }
    }

    /** Asks it to stop, and makes it stop where it does not. */
    void stop() {
        process.destroy();
        if (!endsWithin(STOP)) {
            kill();
        }
        try {
            Files.deleteIfExists(data.resolve(name + ".pid"));
        } catch (IOException e) {
            throw new StoreException(name + ": ended, but its files cannot be cleared away: " + e, e);
        }
    }

    /** Ends it as a power failure would: SIGKILL. */
    void kill() {
        process.destroyForcibly();
        endsWithin(STOP);
    }

    private static boolean answers(Probe probe) {
        try {
            return probe.answers();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static List<String> detached(List<String> command) {
        if (!Files.isExecutable(SETSID)) {
            return command;
        }
        List<String> detached = new ArrayList<>(List.of(SETSID.toString()));
        detached.addAll(command);
        return detached;
    }

    private static Process launch(String name, ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new StoreException(name + ": cannot run " + builder.command().getFirst() + ": " + e.getMessage(), e);
        }
    }

    private static boolean isMarked(ProcessHandle.Info info, String mark) {
        return info.arguments()
                .filter(arguments -> String.join(" ", arguments).contains(mark))
                .isPresent();
    }

    private static void awaitEnd(ProcessHandle leftover) {
        var ended = leftover.onExit().orTimeout(STOP.toSeconds(), TimeUnit.SECONDS);
        if (ended.handle((handle, late) -> late != null).join()) {
            leftover.destroyForcibly();
            leftover.onExit().join();
        }
    }

    private boolean endsWithin(Duration atMost) {
        try {
            return process.waitFor(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new StoreException(name + ": interrupted while waiting for it", e);
        }
    }

    private StoreException failure(String what) {
        return new StoreException(
                "%s: %s; the end of %s says: %s".formatted(name, what, data.resolve(name + ".log"), endOfLog()));
    }

    private String endOfLog() {
        try {
            // Not UTF-8 for sure: what cannot be decoded must not hide the rest.
            List<String> lines = Files.readAllLines(data.resolve(name + ".log"), StandardCharsets.ISO_8859_1);
            return lines.stream()
                    .skip(Math.max(0, lines.size() - LOG_LINES))
                    .map(String::strip)
                    .collect(Collectors.joining(" | "));
        } catch (IOException e) {
            return "nothing (" + e + ")";
        }
    }
}
