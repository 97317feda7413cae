package io.hawser.bench.unicast;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.bench.CapturedRun;
import io.hawser.bench.SmallPlatform;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A short run against something that speaks like the platform. */
@EnabledOnOs(OS.LINUX)
final class UnicastBenchTest {
    @Test
    void everythingAcceptedIsDeliveredAndTold() throws IOException {
        try (SmallPlatform platform = new SmallPlatform()) {
            CapturedRun run = CapturedRun.of(
                    "unicast",
                    "--center=" + platform.center(),
                    "--room=" + platform.room(),
                    "--app=demo",
                    "--api-key=hk_x",
                    "--clients=20",
                    "--seconds=1",
                    "--warm-up=1",
                    "--outstanding=8",
                    "--rate=200",
                    "-o",
                    "json");
            assertThat(run.exitCode()).isZero();
            JsonNode phases = run.lastLine().path("phases");
            assertThat(phases).hasSize(2).allSatisfy(UnicastBenchTest::assertNothingIsMissing);
            assertThat(phases.get(1).path("accepted").asInt()).isEqualTo(200);
            assertThat(platform.highestAcknowledged()).isPositive();
        }
    }

    @Test
    void aPlatformThatDoesNotAnswerIsOneLine() {
        CapturedRun run = CapturedRun.of(
                "unicast",
                "--center=http://127.0.0.1:1",
                "--room=127.0.0.1:1",
                "--app=demo",
                "--api-key=hk_x",
                "--clients=1");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    private static void assertNothingIsMissing(JsonNode phase) {
        assertThat(phase.path("accepted").asInt()).isPositive();
        assertThat(phase.path("delivered")).isEqualTo(phase.path("accepted"));
        assertThat(phase.path("missing").asInt(-1)).isZero();
        assertThat(phase.path("outOfOrder").asInt(-1)).isZero();
        assertThat(phase.at("/sendToDeliveredMicros/p50").asLong()).isPositive();
        assertThat(phase.at("/cpuMicrosPerMessage/bench").asDouble()).isPositive();
    }
}
