package io.hawser.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.agent.Agent;
import io.hawser.agent.AgentDirectory;
import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.agent.LogLimits;
import io.hawser.agent.Obituaries;
import io.hawser.agent.ProcessSpec;
import io.hawser.agent.ProcessState;
import io.hawser.agent.Restarts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path home;

    private Agent agent;
    private ControlClient client;

    @BeforeEach
    void start() throws IOException {
        agent = start(home.resolve("agent"));
        client = new ControlClient(agent.directory().path());
        agent.takeOver(List.of(ProcessSpec.of("one", List.of("sleep", "600"))));
        agent.await(agent.supervisor().startAll(SOON));
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void doesWhatItIsAsked() {
        assertThat(client.ask("drain", List.of("one"), 10).processes())
                .singleElement()
                .satisfies(one -> assertThat(one.state()).isEqualTo(ProcessState.DOWN));
        client.ask("start", List.of("one"), 10);
        assertThat(client.ask("status", List.of(), 10).processes())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.state()).isEqualTo(ProcessState.RUNNING);
                    assertThat(one.lastExit()).isNotNull();
                    assertThat(one.startedAt()).isNotNull();
                });
    }

    @Test
    void saysWhatIsWrongWithACode() {
        assertRefused(() -> client.ask("kill", List.of("two"), 10), AgentExit.UNKNOWN_NAME);
        assertRefused(() -> client.ask("dance", List.of("one"), 10), AgentExit.USAGE);
        assertRefused(() -> client.ask("start", List.of("one"), 0), AgentExit.USAGE);
        client.ask("drain", List.of("one"), 10);
        assertRefused(() -> client.ask("pause", List.of("one"), 10), AgentExit.WRONG_STATE);
    }

    @Test
    void touchesNoneWhenOneIsUnknown() {
        assertRefused(() -> client.ask("drain", List.of("one", "two"), 10), AgentExit.UNKNOWN_NAME);
        assertThat(client.ask("status", List.of("one"), 10)
                        .processes()
                        .getFirst()
                        .state())
                .isEqualTo(ProcessState.RUNNING);
    }

    @Test
    void isForItsOwnerAlone() throws IOException {
        Path directory = agent.directory().path();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("agent.sock"))))
                .isEqualTo("rw-------");
    }

    @Test
    void isFoundWhereThePathIsTooLongForASocket() throws IOException {
        Path deep = home.resolve("d".repeat(120));
        try (Agent other = start(deep)) {
            other.takeOver(List.of());
            assertThat(new ControlClient(deep).ask("status", List.of(), 10).processes())
                    .isEmpty();
        }
    }

    @Test
    void endsAllAndIsNotThereAnyMore() throws InterruptedException {
        Thread main = Thread.startVirtualThread(() -> {
            agent.awaitStop();
            agent.close();
        });
        client.ask("down", List.of(), 10);
        main.join();
        assertThatThrownBy(() -> client.ask("status", List.of(), 10)).isInstanceOf(AgentException.class);
    }

    @Test
    void saysThatNoAgentRuns() {
        assertRefused(
                () -> new ControlClient(home.resolve("nowhere")).ask("status", List.of(), 10), AgentExit.NOT_RUNNING);
    }

    private static Agent start(Path directory) throws IOException {
        return Agent.start(
                AgentDirectory.hold(directory),
                Restarts.defaults(),
                LogLimits.defaults(),
                SOON,
                Obituaries.NONE,
                Agent.Verbs.USUAL);
    }

    private static void assertRefused(Runnable deed, AgentExit exit) {
        assertThatThrownBy(deed::run)
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.exit()).isEqualTo(exit));
    }
}
