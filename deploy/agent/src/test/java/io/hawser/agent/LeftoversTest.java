package io.hawser.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.agent.process.OsProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of processes whose agent was killed. */
final class LeftoversTest {
    @TempDir
    Path home;

    private TestAgent agent;

    @BeforeEach
    void start() {
        agent = another();
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void adoptsWhatAKilledAgentLeftAndEndsWhatNobodyWants() {
        agent.run(
                ProcessSpec.of("kept", Child.command("stay")),
                ProcessSpec.of("gone", Child.command("stay")),
                ProcessSpec.of("other", Child.command("stay")));
        long kept = agent.status("kept").pid();
        long gone = agent.status("gone").pid();
        long other = agent.status("other").pid();
        agent.vanish();
        agent = another();
        List<String> adopted = agent.supervisor()
                .takeOver(List.of(
                        ProcessSpec.of("kept", Child.command("stay")), ProcessSpec.of("other", Child.command("deaf"))));
        assertThat(adopted).containsExactly("kept");
        assertThat(ProcessHandle.of(gone).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(ProcessHandle.of(other).filter(ProcessHandle::isAlive)).isEmpty();
        agent.supervisor().startAll(TestAgent.SOON).join();
        assertThat(agent.status("kept").pid()).isEqualTo(kept);
        assertThat(agent.status("kept").adopted()).isTrue();

        agent.supervisor().kill("kept").join();
        ProcessStatus again = agent.awaitStatus("kept", status -> status.state() == ProcessState.RUNNING);
        assertThat(TestAgent.exitOf(again).why()).isEqualTo("SIGKILL");
        assertThat(again.adopted()).isFalse();
    }

    @Test
    void noticesTheEndOfWhatItAdoptedWithoutKnowingHow() {
        agent.run(ProcessSpec.of("one", Child.command("stay")));
        long pid = agent.status("one").pid();
        agent.vanish();
        agent = another();
        agent.supervisor().takeOver(List.of(ProcessSpec.of("one", Child.command("stay"))));
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        ProcessStatus again = agent.awaitStatus("one", status -> status.restarts() == 1);
        assertThat(TestAgent.exitOf(again).why()).isEqualTo("unknown: it was started by an earlier agent");
    }

    @Test
    void endsWhatWasStartedButNeverWrittenDown() throws IOException {
        agent.run(ProcessSpec.of("one", Child.command("stay")));
        long unwritten = agent.status("one").pid();
        agent.vanish();
        Files.writeString(home.resolve("agent/processes.json"), "[]");
        agent = another();
        agent.supervisor().takeOver(List.of());
        assertThat(ProcessHandle.of(unwritten).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void touchesNoProcessThatOnlyHasTheNumber() throws IOException {
        agent.run(ProcessSpec.of("one", Child.command("stay")));
        agent.supervisor().stopAll(TestAgent.SOON).join();
        agent.vanish();
        long ours = ProcessHandle.current().pid();
        Files.writeString(
                home.resolve("agent/processes.json"),
                "[{\"name\":\"one\",\"pid\":%d,\"start\":1,\"boot\":\"%s\",\"command\":[],\"stopWithinSeconds\":1}]"
                        .formatted(ours, OsProcesses.ofThisSystem().boot()));
        agent = another();
        assertThat(agent.supervisor().takeOver(List.of())).isEmpty();
    }

    private TestAgent another() {
        return new TestAgent(home.resolve("agent"), LogLimits.defaults());
    }
}
