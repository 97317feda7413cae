package io.hawser.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.agent.Restarts;
import io.hawser.bench.chaos.fault.Fault;
import io.hawser.bench.chaos.fault.Faults;
import io.hawser.bench.chaos.fault.RedisForm;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says to what it is given; runs of it are in the integration tests of the whole platform. */
final class ChaosTest {
    @Test
    void theListNamesEveryFault() {
        Said said = run("--list");
        assertThat(said.exitCode).isZero();
        assertThat(Faults.all(Duration.ofSeconds(15), RedisForm.single))
                .extracting(Fault::name)
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(said.out).contains(name + " "));
        assertThat(run("--list", "--only", "redis-wiped,room-killed").out.lines())
                .hasSize(2);
    }

    /** And not by the nemesis, which has it started when the fault is over. */
    @Test
    void whatIsKilledIsStartedAgainByItsAgent() {
        assertThat(Faults.all(Duration.ofSeconds(15), RedisForm.sentinel))
                .filteredOn(fault ->
                        fault.name().endsWith("-killed") && !fault.name().startsWith("clients-"))
                .hasSizeGreaterThan(6)
                .allSatisfy(fault -> assertThat(fault.holds())
                        .isGreaterThan(Restarts.defaults().firstPause()));
    }

    @Test
    void aFaultThatThereIsNotIsToldWithThoseThatThereAre() {
        Said said = run("--only", "redis-wipd");
        assertThat(said.exitCode).isEqualTo(1);
        assertThat(said.err).startsWith("chaos: --only: redis-wipd (expected: center-clock-ahead, ");
    }

    @Test
    void eachFormOfRedisHasTheFaultsThatItCanSuffer() {
        assertThat(run("--list").out).doesNotContain("redis-promoted ", "sentinel-killed ");
        assertThat(run("--list").out)
                .contains("saver-redis-cut ", "saver-mysql-cut ", "room-zookeeper-cut ")
                .contains("saver-to-redis-cut ", "mysql-to-saver-cut ", "zookeeper-to-saver-cut ");
        assertThat(run("--list", "--redis", "sentinel").out)
                .contains("redis-promoted ", "sentinel-killed ", "saver-mysql-cut ")
                .doesNotContain("saver-redis-cut ", "saver-to-redis-cut ", "redis-to-saver-cut ");
        assertThat(run("--list", "--redis", "cluster").out)
                .contains("redis-promoted ")
                .doesNotContain("sentinel-killed ");
        assertThat(run("--only", "redis-promoted").err)
                .isEqualTo("chaos: --only: redis-promoted: a single Redis has no replica"
                        + " (expected: --redis sentinel, or --redis cluster)%n".formatted());
        assertThat(run("--only", "sentinel-killed", "--redis", "cluster").err)
                .contains("a cluster has no sentinels (expected: --redis sentinel)");
        Said other = run("--redis", "sentinels");
        assertThat(other.exitCode).isEqualTo(2);
        assertThat(other.err).contains("sentinels", "single, sentinel, cluster");
    }

    @Test
    void whatIsOutOfRangeIsToldWithTheRange() {
        assertThat(run("--seconds", "0").err)
                .isEqualTo("chaos: --seconds: 0.0 (expected: a second to a week)%n".formatted());
        assertThat(run("--minutes", "1", "--seconds", "2").err).contains("both (expected: one of them)");
        assertThat(run("--users", "1").err).contains("--users: 1 (expected: 2 to 200)");
        assertThat(run("--rate", "0").err).contains("--rate: 0.0 (expected: 1.0 to 2000.0)");
        assertThat(run("--session-timeout", "1").err).contains("--session-timeout: 1 (expected: 2 to 60)");
        assertThat(run("--late", "0").err).contains("--late: 0 (expected: 1 to 600)");
        assertThat(run("--seed", "six").exitCode).isEqualTo(2);
    }

    @Test
    void aRunOfMoreThanIsKeptIsNotBegun(@TempDir Path directory) {
        Said said = run("--minutes", "10000", "--data", directory.resolve("new").toString());
        assertThat(said.exitCode).isEqualTo(1);
        assertThat(said.err).contains("chaos: --minutes: 10000: about ").contains("(expected: at most 1,000,000; ");
    }

    @Test
    void aDirectoryThatIsInUseIsLeftAlone(@TempDir Path used) throws Exception {
        Path file = Files.writeString(used.resolve("file"), "of another's");
        assertThat(run("--only", "room-killed", "--data", used.toString()).err)
                .isEqualTo(
                        "chaos: --seed 1%nchaos: --data: %s: not empty (expected: a new directory)%n".formatted(used));
        assertThat(file).hasContent("of another's");
    }

    private record Said(int exitCode, String out, String err) {}

    private static Said run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        var outBytes = new ByteArrayOutputStream();
        var errBytes = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
            String[] seeded = new String[arguments.length + 2];
            System.arraycopy(arguments, 0, seeded, 2, arguments.length);
            seeded[0] = "--seed";
            seeded[1] = "1";
            int exitCode = Chaos.run(seeded);
            return new Said(
                    exitCode, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
