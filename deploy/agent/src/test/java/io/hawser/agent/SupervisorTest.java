package io.hawser.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.agent.process.OsProcesses;
import io.hawser.keeper.config.ByteSize;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupervisorTest {
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
    void startsAgainWhatIsKilled() {
        run(ProcessSpec.of("one", Child.command("stay")));
        ProcessStatus before = status("one");
        assertThat(before.state()).isEqualTo(ProcessState.RUNNING);
        assertThat(before.pid()).isPositive();

        supervisor.kill("one").join();
        ProcessStatus after = awaitStatus("one", status -> status.state() == ProcessState.RUNNING);
        assertThat(after.pid()).isNotEqualTo(before.pid());
        assertThat(after.restarts()).isEqualTo(1);
        assertThat(exitOf(after).code()).isEqualTo(137);
        assertThat(exitOf(after).why()).isEqualTo("SIGKILL");
    }

    @Test
    void showsACrashLoopAndGoesOnTrying() {
        supervisor.takeOver(
                List.of(ProcessSpec.of("one", Child.command("exit", "70")).withReadiness(never())));
        assertThatThrownBy(() -> supervisor.startAll(SOON).join())
                .hasRootCauseInstanceOf(AgentException.class)
                .hasMessageContaining("one ends again and again: 70");
        ProcessStatus looping = awaitStatus("one", status -> status.state() == ProcessState.CRASH_LOOP);
        awaitStatus("one", status -> status.restarts() > looping.restarts());
    }

    @Test
    void doesNotStartAgainWhatSaysThatItWouldEndTheSameWay() {
        ProcessSpec refusing = ProcessSpec.of("one", Child.command("exit", "3"))
                .withFinalExitCodes(Set.of(2, 3))
                .withReadiness(never());
        supervisor.takeOver(List.of(refusing));
        assertThatThrownBy(() -> supervisor.startAll(SOON).join())
                .hasMessageContaining("one ended: 3 wrong configuration (its log: ");
        assertThat(status("one").state()).isEqualTo(ProcessState.REFUSED);
        assertThat(status("one").restarts()).isZero();
    }

    @Test
    void drainsAndLeavesDownUntilItIsStarted() {
        run(ProcessSpec.of("one", Child.command("stay")));
        supervisor.drain("one").join();
        assertThat(status("one").state()).isEqualTo(ProcessState.DOWN);
        assertThat(exitOf(status("one")).code()).isEqualTo(143);
        assertThatThrownBy(() -> supervisor.kill("one").join())
                .hasRootCauseMessage("one: kill cannot be done while it is DOWN (expected: a running process)");
        supervisor.start("one", SOON).join();
        assertThat(status("one").state()).isEqualTo(ProcessState.RUNNING);
        assertThat(status("one").restarts()).isZero();
    }

    @Test
    void killsWhatDoesNotHearThatItShouldEnd() {
        run(ProcessSpec.of("one", Child.command("deaf")).withStopWithin(Duration.ofMillis(200)));
        awaitLog("one", "deaf");
        supervisor.drain("one").join();
        assertThat(exitOf(status("one")).code()).isEqualTo(137);
    }

    @Test
    void endsWhatAProcessLeavesBehind() {
        run(ProcessSpec.of("one", Child.command("fork")));
        long left = Long.parseLong(awaitLog("one", "left ").replaceAll("(?s).*left (\\d+).*", "$1"));
        assertThat(ProcessHandle.of(left)).isPresent();
        supervisor.kill("one").join();
        await().atMost(SOON)
                .until(() -> OsProcesses.ofThisSystem().startOf(left).isEmpty());
    }

    @Test
    void pausesAndResumes() {
        run(ProcessSpec.of("one", Child.command("stay")));
        supervisor.pause("one").join();
        assertThat(status("one").state()).isEqualTo(ProcessState.PAUSED);
        supervisor.resume("one").join();
        assertThat(status("one").state()).isEqualTo(ProcessState.RUNNING);
    }

    @Test
    void endsWhatStandsStillWhenItIsToldTo() {
        run(ProcessSpec.of("one", Child.command("stay")));
        supervisor.pause("one").join();
        supervisor.drain("one").join();
        assertThat(exitOf(status("one")).code()).isEqualTo(143);
    }

    @Test
    void restartsByHandAtOnceAndDoesNotCountIt() {
        run(ProcessSpec.of("one", Child.command("stay")));
        long before = status("one").pid();
        supervisor.restart("one", SOON).join();
        assertThat(status("one").pid()).isNotEqualTo(before);
        assertThat(status("one").restarts()).isZero();
        assertThat(exitOf(status("one")).why()).isEqualTo("restarted by hand");
    }

    @Test
    void tellsWhatAProcessUses() {
        run(ProcessSpec.of("one", Child.command("stay")));
        ProcessStatus status = awaitStatus("one", known -> known.residentBytes() > 0);
        assertThat(status.residentBytes()).isBetween(10L << 20, 1L << 30);
        assertThat(status.cpuPercent()).isBetween(0.0, 1_000.0);
        assertThat(status.startedAt()).isNotNull();
    }

    @Test
    void startsAgainWhatIsOverItsMemoryLimit() {
        run(ProcessSpec.of("one", Child.command("fill", "64")).withMemoryLimit(1L << 20));
        ProcessStatus status = awaitStatus("one", known -> known.lastExit() != null);
        assertThat(exitOf(status).why()).startsWith("over its memory limit: ").endsWith(" of 1 MiB");
    }

    @Test
    void startsAStageOnceTheOneBeforeIsReady() throws Exception {
        int port = freePort();
        Path started = home.resolve("started");
        run(
                ProcessSpec.of("second", List.of("sh", "-c", "test -e " + started + " && exec sleep 600"))
                        .withStage(1),
                ProcessSpec.of("first", Child.command("serve", Integer.toString(port), started.toString()))
                        .withReadiness(Readiness.tcp("127.0.0.1", port)));
        assertThat(status("second").restarts()).isZero();
        assertThat(status("second").lastExit()).isNull();
    }

    @Test
    void keepsWhatAProcessPrintsWithinBounds() throws Exception {
        stop();
        directory = AgentDirectory.hold(home.resolve("agent"));
        supervisor = new Supervisor(directory, QUICK, new LogLimits(ByteSize.ofKibibytes(4), 2));
        run(ProcessSpec.of("one", Child.command("flood")));
        await().atMost(SOON).until(() -> Files.exists(directory.resolve("logs/one.log.1")));
        assertThat(Files.readString(directory.resolve("logs/one.log.1"))).startsWith("line 0\n");
    }

    @Test
    void suggestsANameForOneThatIsUnknown() {
        run(ProcessSpec.of("room-1", Child.command("stay")), ProcessSpec.of("saver-1", Child.command("stay")));
        assertThatThrownBy(() -> supervisor.kill("romo-1").join())
                .hasRootCauseMessage("name: romo-1: no such process (did you mean room-1?)");
        assertThatThrownBy(() -> supervisor.kill("zzz").join())
                .hasRootCauseMessage("name: zzz: no such process (expected: one of room-1, saver-1)");
    }

    @Test
    void oneAgentHoldsADirectory() {
        assertThatThrownBy(() -> AgentDirectory.hold(home.resolve("agent")))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.exit()).isEqualTo(AgentExit.ALREADY_RUNS));
    }

    @Test
    void leavesNothingRunningWhenAllIsStopped() {
        List<ProcessSpec> specs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            specs.add(ProcessSpec.of("p-" + i, List.of("sleep", "600")).withStage(i % 2));
        }
        run(specs.toArray(ProcessSpec[]::new));
        List<Long> pids = specs.stream().map(spec -> status(spec.name()).pid()).toList();
        supervisor.stopAll(SOON).join();
        assertThat(pids)
                .allSatisfy(pid -> assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                        .isEmpty());
        assertThatThrownBy(() -> supervisor.start("p-0", SOON).join()).hasMessageContaining("the agent is stopping");
    }

    @Test
    void givesEnvironmentAndSaysWhatCannotBeRun() {
        run(ProcessSpec.of("one", List.of("sh", "-c", "echo said $WORD; exec sleep 600"))
                .withEnvironment(Map.of("WORD", "hello")));
        awaitLog("one", "said hello");
        CompletableFuture<Void> added = supervisor.add(
                ProcessSpec.of("none", List.of(home.resolve("missing").toString()))
                        .withReadiness(never()),
                SOON);
        assertThatThrownBy(added::join).isInstanceOf(CompletionException.class).hasMessageContaining("none ends");
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

    private String awaitLog(String name, String text) {
        return await().atMost(SOON)
                .until(() -> Files.readString(directory.resolve("logs/" + name + ".log")), log -> log.contains(text));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Readiness never() {
        return Readiness.tcp("127.0.0.1", 1);
    }
}
