package io.hawser.agent;

import io.hawser.agent.process.OsProcesses;
import io.hawser.agent.process.OsProcesses.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One run of a process, from its start to its end. Lives on the agent's loop. */
final class Life {
    private final ProcessHandle handle;
    private final CompletableFuture<Integer> end;
    private final OsProcesses processes;
    private final boolean adopted;
    private final long start;
    private final Instant startedAt;
    private final long sinceNs;
    private Usage sampled = new Usage(0, -1);
    private long sampledAtNs;
    private double cpuPercent;

    private Life(
            ProcessHandle handle, CompletableFuture<Integer> end, OsProcesses processes, boolean adopted, Instant now) {
        this.handle = handle;
        this.end = end;
        this.processes = processes;
        this.adopted = adopted;
        this.start = processes.startOf(handle.pid()).orElse(0);
        this.startedAt = adopted ? handle.info().startInstant().orElse(now) : now;
        this.sinceNs = System.nanoTime() - Duration.between(startedAt, now).toNanos();
        this.sampledAtNs = sinceNs;
    }

    static Life begun(Process process, OsProcesses processes) {
        var end = process.onExit().thenApply(Process::exitValue);
        return new Life(process.toHandle(), end, processes, false, Instant.now());
    }

    /** A process that another agent started: how it ends will not be known, as it is nobody's child. */
    static Life adopted(ProcessHandle handle, OsProcesses processes) {
        return new Life(handle, new CompletableFuture<>(), processes, true, Instant.now());
    }

    /** Looks whether it is still there: of nobody's child the end is not told, and Java looks every few seconds only. */
    void look() {
        if (adopted && !isStillThis()) {
            end.complete(LastExit.UNKNOWN);
        }
    }

    /** Completes with the exit code; never fails. */
    CompletableFuture<Integer> end() {
        return end;
    }

    long pid() {
        return handle.pid();
    }

    /** See {@link OsProcesses#startOf}; 0 when it was gone at once. */
    long start() {
        return start;
    }

    boolean isAdopted() {
        return adopted;
    }

    Instant startedAt() {
        return startedAt;
    }

    Duration lived() {
        return Duration.ofNanos(System.nanoTime() - sinceNs);
    }

    /** Whether the number still means this process: to be asked before a signal goes to it. */
    boolean isStillThis() {
        return processes.startOf(handle.pid()).orElse(-1) == start;
    }

    void terminate() {
        handle.destroy();
    }

    void kill() {
        handle.destroyForcibly();
    }

    /** Looks at what it uses. */
    void sample() {
        long nowNs = System.nanoTime();
        Optional<Usage> usage = processes.usageOf(handle.pid());
        if (usage.isPresent() && nowNs > sampledAtNs) {
            cpuPercent = 100.0 * (usage.get().cpuNanos() - sampled.cpuNanos()) / (nowNs - sampledAtNs);
            sampled = usage.get();
            sampledAtNs = nowNs;
        }
    }

    double cpuPercent() {
        return cpuPercent;
    }

    long residentBytes() {
        return sampled.residentBytes();
    }
}
