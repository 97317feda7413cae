package io.hawser.bench.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.bench.CapturedRun;
import io.hawser.bench.SmallPlatform;
import io.hawser.bench.SmallTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A short run of each workload, against something that speaks like the platform. */
@EnabledOnOs(OS.LINUX)
final class RoomBenchTest {
    @TempDir
    Path directory;

    private SmallPlatform platform;

    @BeforeEach
    void start() throws IOException {
        platform = new SmallPlatform();
    }

    @AfterEach
    void stop() throws IOException {
        platform.close();
    }

    @Test
    void aBroadcastReachesAllOnBothSidesAndIsDrawn() throws IOException {
        Path page = directory.resolve("page.html");
        JsonNode figures = run(
                "fanout",
                "--clients=5",
                "--waiting=1,3",
                "--rounds=1",
                "--seconds=0.1",
                "--warm-up=0.1",
                "--rate=100",
                "--html=" + page);
        assertThat(figures.path("sides")).hasSize(2).allSatisfy(side -> {
            assertThat(side.path("bursts"))
                    .hasSize(2)
                    .allSatisfy(burst -> assertThat(
                                    burst.at("/deliveriesPerSecond/median").asDouble())
                            .isPositive());
            assertThat(side.path("missing").asInt(-1)).isZero();
            assertThat(side.at("/latencyMicros/p50").asLong()).isPositive();
        });
        assertThat(Files.readString(page)).contains("<svg", "floor", "p99.9").doesNotContain("http");
    }

    @Test
    void aCompressedBroadcastIsMeasuredBesideAPlainOne() throws IOException {
        try (SmallPlatform second = new SmallPlatform()) {
            JsonNode sides = run(
                            platform.describeWith(second, directory),
                            "fanout",
                            "--compress",
                            "--body=1024",
                            "--rooms=1",
                            "--clients=5",
                            "--waiting=3",
                            "--rounds=1",
                            "--seconds=0.1",
                            "--warm-up=0.1",
                            "--rate=100")
                    .path("sides");
            assertThat(sides).hasSize(2).allSatisfy(side -> {
                assertThat(side.path("missing").asInt(-1)).isZero();
                assertThat(side.at("/latencyMicros/p50").asLong()).isPositive();
            });
            assertThat(bytesEach(sides.get(0))).isGreaterThan(1024);
            assertThat(bytesEach(sides.get(1))).isBetween(100.0, 900.0);
        }
    }

    private static double bytesEach(JsonNode side) {
        return side.at("/bursts/0/wireBytesPerDelivery/median").asDouble();
    }

    @Test
    void whatIsTooShortToBeCompressedIsRefused() throws IOException {
        assertThat(CapturedRun.of("fanout", "--compress", "--against=" + platform.describe(directory))
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void clientsComeByTls() throws Exception {
        SmallTls tls = SmallTls.in(directory);
        try (SmallPlatform behindTls = new SmallPlatform(tls.sockets())) {
            JsonNode ways = run(
                            behindTls.describe(directory),
                            "connect",
                            "--tls",
                            "--certificate=" + tls.certificate(),
                            "--clients=10",
                            "--rounds=1",
                            "--pause=0")
                    .path("ways");
            assertThat(ways).extracting(way -> way.path("tlsByTicket").asInt()).containsExactly(0, 10, 0, 10);
            assertThat(ways).extracting(way -> way.path("resumed").asInt()).containsExactly(0, 0, 0, 10);
        }
    }

    @Test
    void idleConnectionsAreWeighed() throws IOException {
        JsonNode sides =
                run("idle", "--clients=20", "--settle=0", "--seconds=0").path("sides");
        assertThat(sides).hasSize(2);
        assertThat(sides.get(1).has("liveHeapBytesPerConnection")).isTrue();
        assertThat(sides.get(1).at("/pauses/0/process").asText()).isEqualTo("floor");
    }

    @Test
    void clientsComeInEachWay() throws IOException {
        JsonNode figures = run("connect", "--clients=10", "--rounds=1", "--pause=0");
        assertThat(figures.path("ways"))
                .hasSize(4)
                .allSatisfy(way ->
                        assertThat(way.at("/perSecond/median").asDouble()).isPositive());
        assertThat(figures.path("ways"))
                .extracting(way -> way.path("resumed").asInt())
                .containsExactly(0, 0, 10, 0);
    }

    @Test
    void pushesReachTheirClientsAndAreAcknowledged() throws IOException {
        JsonNode phases = run("push", "--clients=5", "--seconds=0.2", "--warm-up=0.1", "--rate=100", "--outstanding=4")
                .path("phases");
        assertThat(phases).hasSize(2).allSatisfy(phase -> {
            assertThat(phase.path("missing").asInt(-1)).isZero();
            assertThat(phase.path("notWritten").asInt(-1)).isZero();
        });
        assertThat(platform.highestAcknowledged()).isPositive();
    }

    @Test
    void uplinksReachTheBackEndOnceAndInOrder() throws IOException {
        JsonNode phases = run(
                        "uplink", "--clients=5", "--seconds=0.3", "--warm-up=0.1", "--rate=100", "--outstanding=3")
                .path("phases");
        assertThat(phases).hasSize(2).allSatisfy(phase -> {
            assertThat(phase.path("missing").asInt(-1)).isZero();
            assertThat(phase.path("repeated").asInt(-1)).isZero();
            assertThat(phase.path("outOfOrder").asInt(-1)).isZero();
            assertThat(phase.at("/toStoredMicros/p50").asLong()).isPositive();
            assertThat(phase.at("/toBackEndMicros/p50").asLong()).isPositive();
        });
    }

    @Test
    void whoStopsReadingGetsAllOnceItReadsAgain() throws IOException {
        JsonNode figures = run(
                "fanout", "--slow=20%", "--clients=5", "--rounds=1", "--seconds=0.2", "--warm-up=0.1", "--rate=200");
        assertThat(figures.path("missing").asInt(-1)).isZero();
        assertThat(figures.path("ways")).hasSize(2).allSatisfy(way -> {
            assertThat(way.path("othersMissing").asInt(-1)).isZero();
            assertThat(way.path("messages").asInt()).isPositive();
            assertThat(way.path("connectionsLost").asInt(-1)).isZero();
        });
        assertThat(figures.at("/ways/1/slow").asInt()).isEqualTo(1);
    }

    @Test
    void aDayHasEverythingAtOnce() throws IOException {
        JsonNode figures = run(
                "mixed",
                "--clients=10",
                "--seconds=1",
                "--warm-up=0.1",
                "--rate=50",
                "--uplinks=20",
                "--drop=800",
                "--restart=50",
                "--away=0.1");
        assertThat(figures.path("missing").asInt(-1)).isZero();
        assertThat(figures.path("repeated").asInt(-1)).isZero();
        assertThat(figures.path("outOfOrder").asInt(-1)).isZero();
        assertThat(figures.path("clientsThatWent").asInt()).isPositive();
        JsonNode kinds = figures.path("latencyMicros");
        assertThat(kinds.at("/broadcast at its pace/count").asInt()).isEqualTo(10);
        assertThat(List.of(
                        "messages",
                        "messages that waited, from the return",
                        "uplinks, at the back end",
                        "resumed: connect to BOUND",
                        "resumed: connect to the first message that waited",
                        "bound anew: connect to BOUND",
                        "bound anew: connect to the first message that waited"))
                .allSatisfy(kind ->
                        assertThat(kinds.path(kind).path("count").asInt()).isPositive());
    }

    @Test
    void aStormWantsARoomThatItMayKill() throws IOException {
        assertThat(CapturedRun.of("storm", "--against=" + platform.describe(directory))
                        .exitCode())
                .isEqualTo(1);
    }

    private JsonNode run(String... arguments) throws IOException {
        return run(platform.describe(directory), arguments);
    }

    private static JsonNode run(Path described, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--against=" + described, "-o", "json"));
        CapturedRun run = CapturedRun.of(all.toArray(String[]::new));
        assertThat(run.exitCode()).isZero();
        return run.lastLine();
    }
}
