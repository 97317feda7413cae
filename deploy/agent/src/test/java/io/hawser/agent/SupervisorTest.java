package io.hawser.agent;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupervisorTest {
    @TempDir
    Path home;

    private TestAgent agent;

    @BeforeEach
    void start() {
        agent = new TestAgent(home.resolve("agent"), LogLimits.defaults());
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void startsAgainWhatIsKilled() {
        agent.run(ProcessSpec.of("one", Child.command("stay")));
        ProcessStatus before = agent.status("one");
        assertThat(before.state()).isEqualTo(ProcessState.RUNNING);
        assertThat(before.pid()).isPositive();

        agent.supervisor().kill("one").join();
        ProcessStatus after = agent.awaitStatus("one", status -> status.state() == ProcessState.RUNNING);
        assertThat(after.pid()).isNotEqualTo(before.pid());
        assertThat(after.restarts()).isEqualTo(1);
        assertThat(TestAgent.exitOf(after).code()).isEqualTo(137);
        assertThat(TestAgent.exitOf(after).why()).isEqualTo("SIGKILL");
    }

    @Test
    void countsAnEndThatIsFollowedByAStartByHand() {
        agent.run(ProcessSpec.of("one", Child.command("stay")));
        for (int kills = 1; kills <= 3; kills++) {
            agent.supervisor().kill("one").join();
            agent.supervisor().start("one", TestAgent.SOON).join();
            assertThat(agent.status("one").restarts()).isEqualTo(kills);
        }
        agent.supervisor().kill("one").join();
        agent.supervisor().drain("one").join();
        agent.supervisor().start("one", TestAgent.SOON).join();
        assertThat(agent.status("one").restarts()).isEqualTo(4);
    }

    @Test
    void showsACrashLoopAndGoesOnTrying() {
        agent.supervisor()
                .takeOver(List.of(
                        ProcessSpec.of("one", Child.command("exit", "70")).withReadiness(never())));
        assertThatThrownBy(() -> agent.supervisor().startAll(TestAgent.SOON).join())
                .hasRootCauseInstanceOf(AgentException.class)
                .hasMessageContaining("one ends again and again: 70");
        ProcessStatus looping = agent.awaitStatus("one", status -> status.state() == ProcessState.CRASH_LOOP);
        agent.awaitStatus("one", status -> status.restarts() > looping.restarts());
    }

    @Test
    void doesNotStartAgainWhatSaysThatItWouldEndTheSameWay() {
        ProcessSpec refusing = ProcessSpec.of("one", Child.command("exit", "3"))
                .asService("room", Set.of(2, 3))
                .withReadiness(never());
        agent.supervisor().takeOver(List.of(refusing));
        assertThatThrownBy(() -> agent.supervisor().startAll(TestAgent.SOON).join())
                .hasMessageContaining("one ended: 3 wrong configuration (its log: ");
        assertThat(agent.status("one").state()).isEqualTo(ProcessState.REFUSED);
        assertThat(agent.status("one").restarts()).isZero();
    }

    @Test
    void leavesDownAServiceThatEndedAsItWasTold() {
        agent.supervisor()
                .takeOver(List.of(
                        ProcessSpec.of("one", Child.command("exit", "0")).asService("room", Set.of(2, 3))));
        agent.supervisor().startAll(TestAgent.SOON).exceptionally(ended -> null).join();
        ProcessStatus ended = agent.awaitStatus("one", status -> status.lastExit() != null);
        assertThat(ended.state()).isEqualTo(ProcessState.DOWN);
        agent.supervisor()
                .start("one", TestAgent.SOON)
                .exceptionally(again -> null)
                .join();
        agent.awaitStatus("one", status -> status.state() == ProcessState.DOWN);
        assertThat(agent.status("one").restarts()).isZero();
    }

    @Test
    void takesNobodysWordThatAProcessWasReadyForIt() {
        agent.supervisor()
                .takeOver(List.of(
                        ProcessSpec.of("one", Child.command("exit", "2")).asService("room", Set.of(2, 3))));
        agent.supervisor().startAll(TestAgent.SOON).exceptionally(ended -> null).join();
        agent.awaitStatus("one", status -> status.state() == ProcessState.REFUSED);
    }

    @Test
    void drainsAndLeavesDownUntilItIsStarted() {
        agent.run(ProcessSpec.of("one", Child.command("stay")));
        agent.supervisor().drain("one").join();
        assertThat(agent.status("one").state()).isEqualTo(ProcessState.DOWN);
        assertThat(TestAgent.exitOf(agent.status("one")).code()).isEqualTo(143);
        assertThatThrownBy(() -> agent.supervisor().kill("one").join())
                .hasRootCauseMessage("one: kill cannot be done while it is DOWN (expected: a running process)");
        agent.supervisor().start("one", TestAgent.SOON).join();
        assertThat(agent.status("one").state()).isEqualTo(ProcessState.RUNNING);
        assertThat(agent.status("one").restarts()).isZero();
    }

    @Test
    void killsWhatDoesNotHearThatItShouldEnd() {
        agent.run(ProcessSpec.of("one", Child.command("deaf")).withStopWithin(Duration.ofMillis(200)));
        awaitLog("one", "deaf");
        agent.supervisor().drain("one").join();
        assertThat(TestAgent.exitOf(agent.status("one")).code()).isEqualTo(137);
    }

    @Test
    void endsWhatAProcessLeavesBehind() {
        agent.run(ProcessSpec.of("one", Child.command("fork")));
        long left = Long.parseLong(awaitLog("one", "left ").replaceAll("(?s).*left (\\d+).*", "$1"));
        assertThat(ProcessHandle.of(left)).isPresent();
        agent.supervisor().kill("one").join();
        await().atMost(TestAgent.SOON)
                .until(() -> OsProcesses.ofThisSystem().startOf(left).isEmpty());
    }

    @Test
    void pausesAndResumes() {
        agent.run(ProcessSpec.of("one", Child.command("stay")));
        agent.supervisor().pause("one").join();
        assertThat(agent.status("one").state()).isEqualTo(ProcessState.PAUSED);
        agent.supervisor().resume("one").join();
        assertThat(agent.status("one").state()).isEqualTo(ProcessState.RUNNING);
    }

    @Test
    void endsWhatStandsStillWhenItIsToldTo() {
        agent.run(ProcessSpec.of("one", Child.command("stay")));
        agent.supervisor().pause("one").join();
        agent.supervisor().drain("one").join();
        assertThat(TestAgent.exitOf(agent.status("one")).code()).isEqualTo(143);
    }

    @Test
    void restartsByHandAtOnceAndDoesNotCountIt() {
        agent.run(ProcessSpec.of("one", Child.command("stay")));
        long before = agent.status("one").pid();
        agent.supervisor().restart("one", TestAgent.SOON).join();
        assertThat(agent.status("one").pid()).isNotEqualTo(before);
        assertThat(agent.status("one").restarts()).isZero();
        assertThat(TestAgent.exitOf(agent.status("one")).why()).isEqualTo("restarted by hand");
    }

    @Test
    void tellsWhatAProcessUses() {
        agent.run(ProcessSpec.of("one", Child.command("stay")));
        ProcessStatus status = agent.awaitStatus("one", known -> known.residentBytes() > 0);
        assertThat(status.residentBytes()).isBetween(10L << 20, 1L << 30);
        assertThat(status.cpuPercent()).isBetween(0.0, 1_000.0);
        assertThat(status.startedAt()).isNotNull();
    }

    @Test
    void startsAgainWhatIsOverItsMemoryLimit() {
        agent.run(ProcessSpec.of("one", Child.command("fill", "64")).withMemoryLimit(1L << 20));
        ProcessStatus status = agent.awaitStatus("one", known -> known.lastExit() != null);
        assertThat(TestAgent.exitOf(status).why())
                .startsWith("over its memory limit: ")
                .endsWith(" of 1 MiB");
    }

    @Test
    void startsAStageOnceTheOneBeforeIsReady() throws Exception {
        int port = freePort();
        Path started = home.resolve("started");
        agent.run(
                ProcessSpec.of("second", List.of("sh", "-c", "test -e " + started + " && exec sleep 600"))
                        .withStage(1),
                ProcessSpec.of("first", Child.command("serve", Integer.toString(port), started.toString()))
                        .withReadiness(Readiness.tcp("127.0.0.1", port)));
        assertThat(agent.status("second").restarts()).isZero();
        assertThat(agent.status("second").lastExit()).isNull();
    }

    @Test
    void keepsWhatAProcessPrintsWithinBounds() throws Exception {
        stop();
        agent = new TestAgent(home.resolve("agent"), new LogLimits(ByteSize.ofKibibytes(4), 2));
        agent.run(ProcessSpec.of("one", Child.command("flood")));
        await().atMost(TestAgent.SOON).until(() -> Files.exists(Path.of(agent.log("one") + ".1")));
        assertThat(Files.readString(Path.of(agent.log("one") + ".1"))).startsWith("line 0\n");
    }

    @Test
    void suggestsANameForOneThatIsUnknown() {
        agent.run(ProcessSpec.of("room-1", Child.command("stay")), ProcessSpec.of("saver-1", Child.command("stay")));
        assertThatThrownBy(() -> agent.supervisor().kill("romo-1").join())
                .hasRootCauseMessage("name: romo-1: no such process (did you mean room-1?)");
        assertThatThrownBy(() -> agent.supervisor().kill("zzz").join())
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
        agent.run(specs.toArray(ProcessSpec[]::new));
        List<Long> pids =
                specs.stream().map(spec -> agent.status(spec.name()).pid()).toList();
        agent.supervisor().stopAll(TestAgent.SOON).join();
        assertThat(pids)
                .allSatisfy(pid -> assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                        .isEmpty());
        assertThatThrownBy(() -> agent.supervisor().start("p-0", TestAgent.SOON).join())
                .hasMessageContaining("the agent is stopping");
    }

    @Test
    void givesEnvironmentAndSaysWhatCannotBeRun() {
        agent.run(ProcessSpec.of("one", List.of("sh", "-c", "echo said $WORD; exec sleep 600"))
                .withEnvironment(Map.of("WORD", "hello")));
        awaitLog("one", "said hello");
        CompletableFuture<Void> added = agent.supervisor()
                .add(
                        ProcessSpec.of("none", List.of(home.resolve("missing").toString()))
                                .withReadiness(never()),
                        TestAgent.SOON);
        assertThatThrownBy(added::join).isInstanceOf(CompletionException.class).hasMessageContaining("none ends");
    }

    private String awaitLog(String name, String text) {
        return await().atMost(TestAgent.SOON).until(() -> Files.readString(agent.log(name)), log -> log.contains(text));
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
