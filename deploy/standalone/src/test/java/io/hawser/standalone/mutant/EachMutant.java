package io.hawser.standalone.mutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.chaos.disk.StoreDisks;
import io.hawser.standalone.agent.AgentJar;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.standalone.cluster.SharedClasses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Chaos finds each rule that is taken out of the platform, or of the MariaDB below it, and nothing where none is:
 * {@code mvn -Pmutants verify}. It takes three quarters of an hour, so no usual run has it.
 */
final class EachMutant {
    private static final int BROKEN = 3;
    /** Where much is missing chaos waits for it, some minutes in all. */
    private static final Duration PATIENCE = Duration.ofMinutes(12);

    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("io.hawser.standalone.mutant.Mutant#all")
    void chaosFindsTheRuleThatIsMissing(Mutant mutant) throws Exception {
        Run run = mutant.isOfMariaDb() ? chaosWithoutSyncs(mutant) : chaosOfChangedClasses(mutant);

        assertThat(run.exitCode).as(run.errors).isEqualTo(BROKEN);
        assertThat(mutant.shows())
                .as(run.figures.path("violations").toString())
                .anyMatch(kind -> run.figures.path("broken").path(kind).asInt() > 0);
    }

    private Run chaosOfChangedClasses(Mutant mutant) throws Exception {
        Path jar = home.resolve("mutant.jar");
        AgentJar.write(jar, MutantAgent.class, List.of(Mutant.class));
        return chaos(mutant, List.of("--jvm=-javaagent:" + jar + "=" + mutant.name()), Map.of());
    }

    private Run chaosWithoutSyncs(Mutant mutant) throws Exception {
        Path script = UnsyncedMariaDb.write(Files.createDirectory(home.resolve("unsynced")));
        return chaos(mutant, List.of(), Map.of("HAWSER_MARIADB", script.toString()));
    }

    /** Else it would not be the mutant that it found. */
    @ParameterizedTest
    @MethodSource("io.hawser.standalone.mutant.Mutant#all")
    void chaosFindsNothingInTheSameRunOfThePlatformAsItIs(Mutant mutant) throws Exception {
        Run run = chaos(mutant, List.of(), Map.of());

        assertThat(run.figures.path("violations")).as(run.errors).isEmpty();
        assertThat(run.exitCode).isZero();
    }

    private record Run(JsonNode figures, int exitCode, String errors) {}

    private Run chaos(Mutant mutant, List<String> flags, Map<String, String> environment) throws Exception {
        assumeThat(!mutant.isOfMariaDb() || StoreDisks.canLosePower())
                .as("loop devices, whose power can be cut")
                .isTrue();
        List<String> arguments = new ArrayList<>(List.of("chaos", "--seed", "7", "--seconds", "90"));
        arguments.addAll(List.of("--only", String.join(",", mutant.faults()), "--session-timeout", "4"));
        arguments.addAll(List.of("--users", "24", "--rate", "40", "-o", "json"));
        arguments.addAll(List.of("--late", Integer.toString(mutant.lateSeconds())));
        arguments.addAll(List.of("--data", home.resolve("chaos").toString()));
        Stream.concat(Stream.of("-XX:TieredStopAtLevel=1"), SharedClasses.options().stream())
                .forEach(option -> arguments.add("--jvm=" + option));
        mutant.settings().forEach(setting -> arguments.addAll(List.of("--set", setting)));
        arguments.addAll(flags);
        try (HawserProcess chaos = HawserProcess.run(home.resolve("chaos.log"), home, environment, arguments)) {
            JsonNode figures = new ObjectMapper().readTree(chaos.awaitLast(PATIENCE));
            return new Run(figures, chaos.awaitExit(), chaos.errors());
        }
    }
}
