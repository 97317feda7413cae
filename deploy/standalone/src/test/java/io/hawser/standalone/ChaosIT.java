package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.standalone.cluster.SharedClasses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two minutes of {@code ./hawser chaos} with a fixed seed and few devices: faults of every kind, the shorter ones. */
final class ChaosIT {
    private static final List<String> FAULTS = List.of(
            "room-killed",
            "saver-killed",
            "center-killed",
            "coordinator-killed",
            "register-paused",
            "redis-wiped",
            "redis-rolled-back",
            "mysql-killed",
            "zookeeper-killed",
            "room-register-cut",
            "links-reset",
            "clients-killed");

    /** Of the two minutes, what begins and ends them, and what is owed by a machine that others use too. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    @TempDir
    Path home;

    @Test
    void twoMinutesOfFaultsBreakNoPromise() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("chaos", "--seed", "5", "--minutes", "2"));
        arguments.addAll(List.of("--only", String.join(",", FAULTS), "--session-timeout", "6", "--late", "60"));
        arguments.addAll(List.of("--users", "4", "--rate", "10", "-o", "json"));
        arguments.addAll(List.of("--data", home.resolve("chaos").toString()));
        arguments.add("--jvm=-XX:TieredStopAtLevel=1");
        SharedClasses.options().forEach(option -> arguments.add("--jvm=" + option));
        try (HawserProcess chaos =
                HawserProcess.run(home.resolve("chaos.log"), home, arguments.toArray(String[]::new))) {
            JsonNode figures = new ObjectMapper().readTree(chaos.awaitLast(PATIENCE));
            assertThat(figures.path("violations")).as(chaos.errors()).isEmpty();
            assertThat(chaos.awaitExit()).isZero();
            assertThat(figures.path("faults")).isNotEmpty();
            assertThat(figures.at("/counts/DELIVERED").asInt())
                    .isPositive()
                    .isGreaterThanOrEqualTo(figures.at("/counts/OWED").asInt());
            assertThat(figures.at("/counts/UPLINKS_TAKEN").asInt()).isPositive();
            assertThat(home.resolve("chaos").resolve("report.html"))
                    .content()
                    .contains("chaos, seed 5: every promise was kept", "<svg", FAULTS.getFirst());
        }
    }
}
