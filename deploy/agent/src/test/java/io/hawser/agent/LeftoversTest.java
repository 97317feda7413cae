package io.hawser.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.agent.process.OsProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of processes whose agent was killed. */
final class LeftoversTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Restarts QUICK =
            new Restarts(Duration.ofMillis(20), Duration.ofMillis(80), Duration.ofSeconds(30), 3);

    @TempDir
    Path home;

    private AgentDirectory directory;
    private Supervisor supervisor;

    @BeforeEach
    void open() {
        directory = AgentDirectory.hold(home.resolve("agent"));
        supervisor = new Supervisor(directory, QUICK, LogLimits.defaults());
    }

    @AfterEach
    void stop() {
        supervisor.stopAll(Duration.ofSeconds(1)).join();
        supervisor.close();
        directory.close();
    }

    @Test
    void adoptsWhatAKilledAgentLeftAndEndsWhatNobodyWants() {
        run(
                ProcessSpec.of("kept", Child.command("stay")),
                ProcessSpec.of("gone", Child.command("stay")),
                ProcessSpec.of("other", Child.command("stay")));
        long kept = status("kept").pid();
        long gone = status("gone").pid();
        long other = status("other").pid();
        // As a kill would: nobody is told.
        supervisor.close();
        directory.close();

        directory = AgentDirectory.hold(home.resolve("agent"));
        supervisor = new Supervisor(directory, QUICK, LogLimits.defaults());
        List<String> adopted = supervisor.takeOver(
                List.of(ProcessSpec.of("kept", Child.command("stay")), ProcessSpec.of("other", Child.command("deaf"))));
        assertThat(adopted).containsExactly("kept");
        assertThat(ProcessHandle.of(gone).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(ProcessHandle.of(other).filter(ProcessHandle::isAlive)).isEmpty();
        supervisor.startAll(SOON).join();
        assertThat(status("kept").pid()).isEqualTo(kept);
        assertThat(status("kept").adopted()).isTrue();

        supervisor.kill("kept").join();
        ProcessStatus again = awaitStatus("kept", status -> status.state() == ProcessState.RUNNING);
        assertThat(exitOf(again).why()).isEqualTo("SIGKILL");
        assertThat(again.adopted()).isFalse();
    }

    @Test
    void noticesTheEndOfWhatItAdoptedWithoutKnowingHow() {
        run(ProcessSpec.of("one", Child.command("stay")));
        long pid = status("one").pid();
        supervisor.close();
        directory.close();
        directory = AgentDirectory.hold(home.resolve("agent"));
        supervisor = new Supervisor(directory, QUICK, LogLimits.defaults());
        supervisor.takeOver(List.of(ProcessSpec.of("one", Child.command("stay"))));
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        ProcessStatus again = awaitStatus("one", status -> status.restarts() == 1);
        assertThat(exitOf(again).why()).isEqualTo("unknown: it was started by an earlier agent");
    }

    @Test
    void endsWhatWasStartedButNeverWrittenDown() throws IOException {
        run(ProcessSpec.of("one", Child.command("stay")));
        long unwritten = status("one").pid();
        supervisor.close();
        directory.close();
        Files.writeString(home.resolve("agent/processes.json"), "[]");

        directory = AgentDirectory.hold(home.resolve("agent"));
        supervisor = new Supervisor(directory, QUICK, LogLimits.defaults());
        supervisor.takeOver(List.of());
        assertThat(ProcessHandle.of(unwritten).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void touchesNoProcessThatOnlyHasTheNumber() throws IOException {
        run(ProcessSpec.of("one", Child.command("stay")));
        supervisor.stopAll(SOON).join();
        supervisor.close();
        directory.close();
        long ours = ProcessHandle.current().pid();
        Files.writeString(
                home.resolve("agent/processes.json"),
                "[{\"name\":\"one\",\"pid\":%d,\"start\":1,\"boot\":\"%s\",\"command\":[],\"stopWithinSeconds\":1}]"
                        .formatted(ours, OsProcesses.ofThisSystem().boot()));

        directory = AgentDirectory.hold(home.resolve("agent"));
        supervisor = new Supervisor(directory, QUICK, LogLimits.defaults());
        assertThat(supervisor.takeOver(List.of())).isEmpty();
    }

    private void run(ProcessSpec... specs) {
        supervisor.takeOver(List.of(specs));
        supervisor.startAll(SOON).join();
    }

    private ProcessStatus status(String name) {
        return supervisor.status(name).join();
    }

    private ProcessStatus awaitStatus(String name, Predicate<ProcessStatus> wanted) {
        return await().atMost(SOON).until(() -> status(name), wanted);
    }

    private static LastExit exitOf(ProcessStatus status) {
        return requireNonNull(status.lastExit());
    }
}
