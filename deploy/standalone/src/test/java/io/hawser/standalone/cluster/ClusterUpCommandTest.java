package io.hawser.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code cluster up} refuses, before anything is started. */
final class ClusterUpCommandTest {
    @TempDir
    Path directory;

    @Test
    void aRedisOfTheClustersAndOneThatSaversAreToldAreOneTooMany() {
        assertThat(refusal("--redis", "sentinel", "--set", "saver.redis.uri=redis://host:6379"))
                .isEqualTo("--redis: sentinel, and --set saver.redis.uri=redis://host:6379 (expected: one of them)");
        assertThat(refusal("--redis", "redis://one:6379", "--set", "saver.redis.uri=redis://other:6379"))
                .startsWith("--redis: redis://one:6379, and --set saver.redis.uri=redis://other:6379");
    }

    @Test
    void aFormAndAUriAreOneTooMany() {
        assertThat(refusal("--redis", "sentinel", "--redis", "redis://host:6379"))
                .contains("--redis")
                .contains("only once");
    }

    @Test
    void aFormThatThereIsNotIsToldWithThoseThatThereAre() {
        assertThat(refusal("--redis", "sentinels"))
                .startsWith("--redis: sentinels (expected: single, sentinel, cluster,");
    }

    private String refusal(String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("--data", directory.resolve("none").toString(), "up"));
        arguments.addAll(List.of(options));
        List<String> said = new ArrayList<>();
        new CommandLine(new ClusterCommand())
                .setParameterExceptionHandler((refused, words) -> {
                    said.add(String.valueOf(refused.getMessage()));
                    return 2;
                })
                .setExecutionExceptionHandler((refused, command, parsed) -> {
                    said.add(String.valueOf(refused.getMessage()));
                    return 1;
                })
                .execute(arguments.toArray(String[]::new));
        assertThat(directory.resolve("none")).doesNotExist();
        return String.join(", ", said);
    }
}
