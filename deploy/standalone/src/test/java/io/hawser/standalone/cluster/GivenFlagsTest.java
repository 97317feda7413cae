package io.hawser.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.agent.AgentException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code cluster up --jvm} takes. */
final class GivenFlagsTest {
    @Test
    void aFlagIsForAllOrForOneService() {
        GivenFlags given = given("-Xmx1g", "room=-Dio.netty.allocator.type=pooled");

        given.requireValid();

        assertThat(given.of(Kind.ROOM)).endsWith("-XX:+UseSerialGC", "-Xmx1g", "-Dio.netty.allocator.type=pooled");
        assertThat(given.of(Kind.CENTER)).endsWith("-XX:+UseSerialGC", "-Xmx1g");
    }

    @Test
    void aJvmHasOneCollector() {
        GivenFlags given = given("room=-XX:+UseZGC");

        assertThat(given.of(Kind.ROOM)).contains("-XX:+UseZGC").doesNotContain("-XX:+UseSerialGC");
        assertThat(given.of(Kind.SAVER)).contains("-XX:+UseSerialGC").doesNotContain("-XX:+UseZGC");
    }

    @Test
    void ofSeveralCollectorsTheLastCounts() {
        GivenFlags given = given("room=-XX:+UseZGC", "-XX:+UseParallelGC");

        assertThat(given.of(Kind.ROOM))
                .contains("-XX:+UseParallelGC")
                .doesNotContain("-XX:+UseZGC", "-XX:+UseSerialGC");
    }

    @Test
    void aFlagForNoServiceIsRefused() {
        assertThatThrownBy(() -> given("rooms=-Xmx1g").requireValid())
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("service: rooms (expected: one of");
    }

    private static GivenFlags given(String... flags) {
        String[] args = Stream.of(flags).map(one -> "--jvm=" + one).toArray(String[]::new);
        return CommandLine.populateCommand(new GivenFlags(), args);
    }
}
