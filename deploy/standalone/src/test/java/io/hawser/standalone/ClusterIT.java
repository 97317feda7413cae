package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.standalone.cluster.Conversation;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.standalone.cluster.SharedClasses;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./hawser cluster}: two of every service, each a process of its own, by the commands alone. */
final class ClusterIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path home;

    @AfterEach
    void leaveNothingRunning() throws Exception {
        HawserProcess down = command("down");
        down.awaitExit();
        assertThat(running()).isEmpty();
    }

    @Test
    void everyKindIsKilledInTurnAndTheFlowGoesOn() throws Exception {
        RunningPlatform platform = up();
        assertThat(RunningPlatform.read(RunningPlatform.file(home))).isEqualTo(platform);
        try (var alice = Conversation.with("alice", platform, home.resolve("positions"))) {
            alice.sender().sendWithKeys(1);
            alice.awaitAll();
            List<String> killed =
                    List.of("room-1", "register-1", "saver-1", "center-2", "coordinator-1", "dispatcher-2", "redis-1");
            for (String name : killed) {
                assertThat(command("kill", name).awaitExit()).isZero();
                alice.sender().sendWithKeys(1);
            }
            alice.awaitAll();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(status())
                            .filteredOn(process ->
                                    killed.contains(process.path("name").asText()))
                            .allSatisfy(process -> {
                                assertThat(process.path("ready").asBoolean()).isTrue();
                                assertThat(process.path("restarts").asInt()).isEqualTo(1);
                                assertThat(process.path("lastExit").path("why").asText())
                                        .isEqualTo("SIGKILL");
                            })
                            .hasSize(killed.size()));
            alice.sender().sendWithKeys(1);
            alice.awaitAll();
        }
        assertThat(command("kill", "romo-1").awaitExit()).isEqualTo(7);
        assertThat(run("second.log", "cluster", "up", "--data", data()).awaitExit())
                .isEqualTo(6);
    }

    private RunningPlatform up() throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("cluster", "up", "--data", data(), "--port-base", "0", "--session-timeout", "4s"));
        arguments.addAll(List.of("--redis", "sentinel", "--jvm=-XX:TieredStopAtLevel=1"));
        SharedClasses.options().forEach(option -> arguments.add("--jvm=" + option));
        arguments.addAll(List.of("--detach", "-o", "json"));
        HawserProcess up = run("up.log", arguments.toArray(String[]::new));
        await("twelve JVMs have started").atMost(Duration.ofMinutes(3)).until(() -> !up.isAlive());
        String line = up.awaitLine(printed -> printed.startsWith("{"));
        assertThat(up.awaitExit()).isZero();
        return JSON.readValue(line, RunningPlatform.class);
    }

    private List<JsonNode> status() throws Exception {
        HawserProcess status = command("status", "-o", "json");
        assertThat(status.awaitExit()).isZero();
        List<JsonNode> processes = new ArrayList<>();
        JSON.readTree(status.remainingLines().getFirst()).forEach(processes::add);
        return processes;
    }

    private HawserProcess command(String verb, String... words) {
        List<String> arguments = new ArrayList<>(List.of("cluster", verb));
        arguments.addAll(List.of(words));
        arguments.addAll(List.of("--data", data()));
        return run("command.log", arguments.toArray(String[]::new));
    }

    private HawserProcess run(String log, String... arguments) {
        return HawserProcess.run(home.resolve(log), home, arguments);
    }

    private String data() {
        return home.resolve("cluster").toString();
    }

    /** What still runs with our directory in its command, whatever it is. */
    private List<String> running() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                String command = commandOf(process);
                if (command.contains(data())) {
                    found.add(command);
                }
            }
        }
        return found;
    }

    private static String commandOf(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"));
        } catch (IOException ended) {
            return "";
        }
    }
}
