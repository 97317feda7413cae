package io.hawser.agent;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A supervisor in a directory, which can vanish as one that is killed, and be followed by another. */
final class TestAgent implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);

    private static final Restarts QUICK =
            new Restarts(Duration.ofMillis(20), Duration.ofMillis(80), Duration.ofSeconds(30), 3);

    private final AgentDirectory directory;
    private final Supervisor supervisor;

    TestAgent(Path path, LogLimits logs) {
        this(path, logs, Obituaries.NONE);
    }

    TestAgent(Path path, LogLimits logs, Obituaries obituaries) {
        directory = AgentDirectory.hold(path);
        supervisor = new Supervisor(directory, QUICK, logs, obituaries);
    }

    Supervisor supervisor() {
        return supervisor;
    }

    Path log(String name) {
        return directory.log(name);
    }

    void run(ProcessSpec... specs) {
        supervisor.takeOver(List.of(specs));
        supervisor.startAll(SOON).join();
    }

    ProcessStatus status(String name) {
        return supervisor.status(name).join();
    }

    ProcessStatus awaitStatus(String name, Predicate<ProcessStatus> wanted) {
        return await().atMost(SOON).until(() -> status(name), wanted);
    }

    static LastExit exitOf(ProcessStatus status) {
        return requireNonNull(status.lastExit());
    }

    /** As a kill would: nobody is told. */
    void vanish() {
        supervisor.close();
        directory.close();
    }

    @Override
    public void close() {
        supervisor.stopAll(Duration.ofSeconds(1)).join();
        vanish();
    }
}
