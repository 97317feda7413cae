package io.hawser.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.agent.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentConfigTest {
    private static final ServiceJvm JVM =
            new ServiceJvm(Path.of("/jdk/bin/java"), "/opt/hawser/lib/*", "Main", Path.of("/logs"));

    @TempDir
    Path directory;

    @Test
    void readsServicesAndOtherCommands() throws IOException {
        List<ProcessSpec> specs = read("""
                data: /data
                zookeeper: zk1:2181
                processes:
                  - name: room-1
                    service: room
                    heap: 1GiB
                    jvm: [-XX:+UseZGC]
                    set: {admin.port: "7100", link.host: 0.0.0.0, link.port: "7101"}
                    args: [--session-timeout, 5s]
                    memoryLimit: 2GiB
                    drainTimeout: 60s
                  - name: redis
                    command: [/usr/bin/redis-server, /etc/redis.conf]
                    ready: tcp://127.0.0.1:6379
                """).specs(JVM);
        ProcessSpec room = specs.getFirst();
        assertThat(room.command())
                .startsWith("/jdk/bin/java")
                .contains("-Xmx1048576k", "-XX:+UseCompactObjectHeaders", "-XX:+UseZGC")
                .containsSubsequence("Main", "room", "--name", "room-1", "--zookeeper", "zk1:2181")
                .containsSubsequence("--data", "/data/room-1", "--drain-timeout", "1m", "--set", "admin.port=7100")
                .endsWith("--session-timeout", "5s");
        assertThat(room.stopWithin()).isEqualTo(Duration.ofSeconds(65));
        assertThat(room.memoryLimitBytes()).isEqualTo(2L << 30);
        assertThat(room.finalExitCodes()).containsExactlyInAnyOrder(2, 3);
        assertThat(room.addresses().link()).isEqualTo("127.0.0.1:7101");
        assertThat(room.readiness()).hasToString("Http[page=http://127.0.0.1:7100/readyz]");
        assertThat(specs.getLast().command()).containsExactly("/usr/bin/redis-server", "/etc/redis.conf");
        assertThat(specs.getLast().finalExitCodes()).isEmpty();
    }

    @Test
    void namesEveryMistakeAtOnce() {
        assertThatThrownBy(() -> read("""
                        proceses: []
                        restarts: {firstPause: 1 second}
                        processes:
                          - {name: room-1, service: room, ready: 7100, heep: 1GiB}
                        """))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.exit()).isEqualTo(AgentExit.CONFIGURATION))
                .hasMessageContaining("proceses: unknown key (did you mean processes?)")
                .hasMessageContaining("restarts.firstPause: 1 second (expected: a duration such as")
                .hasMessageContaining("heep: unknown key");
    }

    @Test
    void refusesWhatIsNoProcess() {
        assertThatThrownBy(() -> read("processes: []")).hasMessageContaining("processes: none (expected: at least 1)");
        assertThatThrownBy(() -> read("processes: [{name: a, service: room, command: [b]}]"))
                .hasMessageContaining("service, command: both (expected: one of them)");
        assertThatThrownBy(() -> read("processes: [{name: a, service: room}, {name: b}]"))
                .hasMessage("processes[1].service, command: neither (expected: one of them)");
        assertThatThrownBy(() -> read("processes: [{name: A B, service: room}]").specs(JVM))
                .hasMessageContaining("name: A B (expected: small letters");
        assertThatThrownBy(() -> AgentConfig.read(directory.resolve("missing.yaml")))
                .hasMessageStartingWith("--config: ");
    }

    private AgentConfig read(String yaml) throws IOException {
        return AgentConfig.read(Files.writeString(directory.resolve("agent.yaml"), yaml));
    }
}
