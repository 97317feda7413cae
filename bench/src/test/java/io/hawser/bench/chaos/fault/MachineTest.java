package io.hawser.bench.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.agent.config.ServiceJvm;
import io.hawser.keeper.config.ByteSize;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process may have of memory, by how it was started. */
final class MachineTest {
    private static final long JVM = 256L << 20;

    @Test
    void aServiceMayHaveItsHeapTwiceAndWhatTheJvmNeeds() {
        var jvm = new ServiceJvm(Path.of("java"), "classes", "Main", Path.of("crashes"));
        List<String> command = jvm.command(ByteSize.ofMebibytes(192), List.of(), List.of("room", "--name", "room-1"));
        assertThat(Machine.most(String.join(" ", command) + " ")).isEqualTo(2 * (192L << 20) + JVM);
    }

    @Test
    void ofSeveralLimitsTheLastCountsInAnyUnit() {
        assertThat(Machine.most("java -Xmx512m -Xmx1g Main ")).isEqualTo((2L << 30) + JVM);
        assertThat(Machine.most("java -Xmx1024 Main ")).isEqualTo(2048 + JVM);
    }

    @Test
    void whatIsNoJvmHasNoLimitOfOurs() {
        assertThat(Machine.most("redis-server --port 6379 ")).isZero();
    }
}
