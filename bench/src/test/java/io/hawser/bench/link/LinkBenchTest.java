package io.hawser.bench.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.bench.CapturedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A short run, for what it prints and not for how fast it is. */
@EnabledOnOs(OS.LINUX)
final class LinkBenchTest {
    @Test
    void itPrintsFiguresOfAllSides() {
        CapturedRun run = CapturedRun.of(
                "link",
                "--rounds=1",
                "--seconds=1",
                "--outstanding=16",
                "--pool=4",
                "--peers=5",
                "--per-peer=2",
                "--stall=1",
                "-o",
                "json");
        assertThat(run.exitCode()).isZero();
        JsonNode figures = run.lastLine();
        assertThat(figures.at("/16 outstanding/link/callsPerSecond/median").asDouble())
                .isPositive();
        assertThat(figures.at("/16 outstanding/pool/connections").asInt()).isEqualTo(4);
        assertThat(figures.at("/5 peers, 2 outstanding each/link/connections").asInt())
                .isEqualTo(5);
        assertThat(figures.at("/stalled peer/link/pendingAfter").asInt(-1)).isZero();
    }
}
