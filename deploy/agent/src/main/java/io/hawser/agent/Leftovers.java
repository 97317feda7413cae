package io.hawser.agent;

import io.hawser.agent.process.LinuxProcesses;
import io.hawser.agent.process.OsProcesses;
import io.hawser.agent.process.Signals;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent that was killed left running. A process that runs as it would be started now is adopted; any other is
 * ended. It is known by its number together with its start, within one boot of the machine; one that was started in the
 * moment before it could be written down, by the mark in its environment. Never by a name.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final Duration UNKNOWN_STOP = Duration.ofSeconds(10);

    private final OsProcesses processes;
    private final Signals signals;
    private final Path directory;
    private final Map<String, ProcessHandle> adoptable = new HashMap<>();
    private final Map<ProcessHandle, Duration> condemned = new HashMap<>();

    Leftovers(OsProcesses processes, Signals signals, Path directory) {
        this.processes = processes;
        this.signals = signals;
        this.directory = directory;
    }

    /** Sorts what was left by what is wanted now. */
    Leftovers find(List<Journal.Entry> written, Map<String, ProcessSpec> wanted) {
        for (Journal.Entry entry : written) {
            alive(entry).ifPresent(process -> {
                ProcessSpec spec = wanted.get(entry.name());
                if (spec != null && spec.runsAs(entry.command())) {
                    adoptable.put(entry.name(), process);
                } else {
                    condemned.put(process, Duration.ofSeconds(entry.stopWithinSeconds()));
                }
            });
        }
        if (processes instanceof LinuxProcesses linux) {
            linux.sessionsWith(Launcher.MARK + "=" + directory)
                    .forEach(pid -> ProcessHandle.of(pid)
                            .filter(process -> !adoptable.containsValue(process))
                            .ifPresent(process -> condemned.putIfAbsent(process, UNKNOWN_STOP)));
        }
        return this;
    }

    Map<String, ProcessHandle> adoptable() {
        return adoptable;
    }

    /** Ends those that nobody wants, side by side: SIGTERM, and SIGKILL when their time is over. */
    void endOthers() {
        condemned.keySet().forEach(process -> {
            LOG.info("Process {} was left by an earlier agent, and ends", process.pid());
            // It may have been left standing still.
            signals.resume(process.pid());
            process.destroy();
        });
        condemned.forEach(this::awaitEnd);
    }

    private Optional<ProcessHandle> alive(Journal.Entry entry) {
        boolean same = entry.boot().equals(processes.boot())
                && entry.start() == processes.startOf(entry.pid()).orElse(-1);
        return same ? ProcessHandle.of(entry.pid()) : Optional.empty();
    }

    private void awaitEnd(ProcessHandle process, Duration atMost) {
        try {
            process.onExit().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (ExecutionException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException(AgentExit.FAILED, "interrupted while a leftover ended", e);
        }
        signals.killGroup(process.pid());
    }
}
