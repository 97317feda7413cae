package io.hawser.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.stores.EmbeddedZooKeeper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A tiny service as a process of its own: its exit codes, signals and words. */
@DisabledOnOs(OS.WINDOWS)
class ServiceMainTest {
    private static EmbeddedZooKeeper zooKeeper;

    private final List<Process> processes = new ArrayList<>();

    @BeforeAll
    static void startZooKeeper() {
        zooKeeper = EmbeddedZooKeeper.temporary();
    }

    @AfterAll
    static void stopZooKeeper() {
        zooKeeper.close();
    }

    @AfterEach
    void killAll() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void toldToStopItDrainsAndExitsWithZero() throws Exception {
        Process echo = start("--name=echo-term", "--zookeeper", zooKeeper.connectString());
        BufferedReader said = echo.inputReader(StandardCharsets.UTF_8);
        assertThat(said.readLine()).isEqualTo("ready");

        terminate(echo);

        assertThat(said.readLine()).isEqualTo("draining");
        assertThat(exitCode(echo)).isZero();
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception {
        Process echo = start("--name=echo-slow", "--zookeeper", zooKeeper.connectString());
        BufferedReader said = echo.inputReader(StandardCharsets.UTF_8);
        assertThat(said.readLine()).isEqualTo("ready");
        terminate(echo);
        assertThat(said.readLine()).isEqualTo("draining");

        terminate(echo);

        assertThat(exitCode(echo)).isEqualTo(128 + 15);
    }

    @Test
    void aRestartAfterAKillHasItsNameAgainAtOnce() throws Exception {
        Process killed = start("--name=echo-killed", "--zookeeper", zooKeeper.connectString());
        assertThat(killed.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
        killed.destroyForcibly().waitFor();

        // With a session of a minute, whoever waited for its end would be too late.
        Process again = start("--name=echo-killed", "--zookeeper", zooKeeper.connectString(), "--session-timeout=60s");

        assertThat(again.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
    }

    @Test
    void aWrongCommandLineExitsWithTwo() throws Exception {
        Process echo = start("--zookeper", "x");
        assertThat(exitCode(echo)).isEqualTo(ExitCode.USAGE.number());
        assertThat(errors(echo)).hasSize(1).first().asString().startsWith("echo: Unknown option");
    }

    @Test
    void noZooKeeperGivenExitsWithTwo() throws Exception {
        Process echo = start("--name", "a");
        assertThat(exitCode(echo)).isEqualTo(ExitCode.USAGE.number());
        assertThat(errors(echo)).singleElement().asString().startsWith("echo: --zookeeper: missing");
    }

    @Test
    void aNameThatIsNoneExitsWithTwo() throws Exception {
        Process echo = start("--zookeeper", zooKeeper.connectString(), "--name", "Echo 7");
        assertThat(exitCode(echo)).isEqualTo(ExitCode.USAGE.number());
        assertThat(errors(echo)).singleElement().asString().startsWith("echo: name: Echo 7 (expected: 1 to 64 of");
    }

    @Test
    void aWrongConfigurationExitsWithThreeAndNamesAllThatIsWrong() throws Exception {
        Process echo =
                start("--zookeeper", zooKeeper.connectString(), "--set", "patience=soon", "--set", "link.prot=1");
        assertThat(exitCode(echo)).isEqualTo(ExitCode.CONFIGURATION.number());
        assertThat(errors(echo))
                .containsExactlyInAnyOrder(
                        "echo: patience: soon (expected: a duration such as 250ms, 30s, 5m, 2h or 7d)",
                        "echo: link.prot: unknown key (did you mean link.port?)");
    }

    @Test
    void anAddressInUseExitsWithFour() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Process echo =
                    start("--zookeeper", zooKeeper.connectString(), "--set", "link.port=" + taken.getLocalPort());
            assertThat(exitCode(echo)).isEqualTo(ExitCode.ADDRESS_IN_USE.number());
            assertThat(errors(echo))
                    .noneMatch(line -> line.startsWith("\tat "))
                    .last()
                    .asString()
                    .startsWith("echo: ")
                    .contains("Address already in use");
        }
    }

    @Test
    void zooKeeperOutOfReachExitsWithFive() throws Exception {
        Process echo = start("--zookeeper", "127.0.0.1:1", "--connect-timeout=300ms");
        assertThat(exitCode(echo)).isEqualTo(ExitCode.ZOOKEEPER_UNREACHABLE.number());
        assertThat(errors(echo))
                .last()
                .isEqualTo("echo: zookeeper: 127.0.0.1:1 does not answer (expected: within 300 ms)");
    }

    @Test
    void helpNamesTheOptionsAndTheExitCodes() throws Exception {
        Process echo = start("--help");
        assertThat(exitCode(echo)).isZero();
        String help = new String(echo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(help)
                .contains("Usage: hawser echo", "echo/README.md")
                .contains("--zookeeper", "--set", "--drain-timeout", "ZooKeeper does not answer");
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Echo.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("HAWSER_ZOOKEEPER");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Unlike the process's own destroy, its handle's leaves the pipes open. */
    private static void terminate(Process process) {
        process.toHandle().destroy();
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("the process ended")
                .isTrue();
        return process.exitValue();
    }

    private static List<String> errors(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
