package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.standalone.cluster.Conversation;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.standalone.cluster.SharedClasses;
import io.hawser.standalone.command.RunningPlatform;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.stores.EmbeddedZooKeeper;
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

/** {@code ./hawser cluster}: services and stores, each a process of its own, by the commands alone. */
final class ClusterIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> ONE_OF_EACH = Stream.of(
                    "rooms", "registers", "savers", "centers", "coordinators", "dispatchers")
            .flatMap(kind -> Stream.of("--" + kind, "1"))
            .toList();
    private static final int USERS = 6;

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
        RunningPlatform platform = up(List.of(), "--redis", "sentinel");
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
            awaitRestarted(killed);
            alice.sender().sendWithKeys(1);
            alice.awaitAll();
        }
        assertThat(command("kill", "romo-1").awaitExit()).isEqualTo(7);
        assertThat(run("second.log", "cluster", "up", "--data", data()).awaitExit())
                .isEqualTo(6);
    }

    @Test
    void eachMasterOfARedisClusterIsStoppedInTurnAndItsReplicaTakesOver() throws Exception {
        RunningPlatform platform = up(ONE_OF_EACH, "--redis", "cluster", "--set", "saver.redis.backAfter=500ms");
        assertThat(platform.redis()).startsWith("redis-cluster://");
        List<Conversation> all = new ArrayList<>();
        try {
            for (int user = 0; user < USERS; user++) {
                all.add(Conversation.with("user" + user, platform, home.resolve("positions")));
            }
            for (String master : List.of("redis-1", "redis-2", "redis-3")) {
                awaitRedis(all);
                int before = all.getFirst().sender().durabilities().size();
                assertThat(command("drain", master).awaitExit()).isZero();
                awaitRedis(all);
                assertThat(status())
                        .filteredOn(process -> process.path("name").asText().equals(master))
                        .extracting(process -> process.path("state").asText())
                        .containsExactly("DOWN");
                assertThat(all)
                        .as("sends of the moment when " + master + " was gone")
                        .anySatisfy(
                                one -> assertThat(one.sender().durabilities().subList(before, before + 1))
                                        .containsExactly("DATABASE_ONLY"));
                assertThat(command("start", master).awaitExit()).isZero();
            }
            all.forEach(Conversation::awaitExactly);
        } finally {
            all.forEach(Conversation::close);
        }
    }

    /** Sends to each until what is sent to all is in Redis, too. */
    private static void awaitRedis(List<Conversation> all) {
        await("Redis has what is sent").atMost(SOON).until(() -> {
            all.forEach(one -> one.sender().sendWithKeys(1));
            return all.stream()
                    .allMatch(one -> "STRICT".equals(one.sender().durabilities().getLast()));
        });
    }

    @Test
    void storesThatRunElsewhereAreUsedAndLeftRunning() throws Exception {
        Path given = home.resolve("given");
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(given.resolve("zookeeper"), 0);
                EmbeddedRedis redis = EmbeddedRedis.start(given.resolve("redis"), 0);
                EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(given.resolve("mariadb"), 0)) {
            RunningPlatform platform = up(
                    ONE_OF_EACH,
                    "--zookeeper",
                    zooKeeper.connectString(),
                    "--redis",
                    "redis://" + redis.address(),
                    "--mysql",
                    mariaDb.jdbcUrl());
            assertThat(List.of(platform.zookeeper(), platform.redis(), platform.mysql()))
                    .containsExactly(zooKeeper.connectString(), redis.address(), mariaDb.jdbcUrl());
            try (var alice = Conversation.with("alice", platform, home.resolve("positions"))) {
                alice.sender().sendWithKeys(3);
                alice.awaitExactly();
                assertThat(alice.sender().durabilities()).containsOnly("STRICT");
            }
            assertThat(status())
                    .extracting(process -> process.path("name").asText())
                    .containsExactlyInAnyOrder(
                            "room-1", "register-1", "saver-1", "center-1", "coordinator-1", "dispatcher-1");
            assertThat(command("down").awaitExit()).isZero();
            assertThat(redis.ended()).isNotDone();
            assertThat(mariaDb.ended()).isNotDone();
        }
    }

    private void awaitRestarted(List<String> killed) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(status())
                        .filteredOn(
                                process -> killed.contains(process.path("name").asText()))
                        .allSatisfy(process -> {
                            assertThat(process.path("ready").asBoolean()).isTrue();
                            assertThat(process.path("restarts").asInt()).isEqualTo(1);
                            assertThat(process.path("lastExit").path("why").asText())
                                    .isEqualTo("SIGKILL");
                        })
                        .hasSize(killed.size()));
    }

    private RunningPlatform up(List<String> counts, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("cluster", "up", "--data", data(), "--port-base", "0", "--session-timeout", "4s"));
        arguments.addAll(counts);
        arguments.addAll(List.of(options));
        arguments.add("--jvm=-XX:TieredStopAtLevel=1");
        SharedClasses.options().forEach(option -> arguments.add("--jvm=" + option));
        arguments.addAll(List.of("--detach", "-o", "json"));
        HawserProcess up = run("up.log", arguments.toArray(String[]::new));
        await("all JVMs have started").atMost(Duration.ofMinutes(3)).until(() -> !up.isAlive());
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
