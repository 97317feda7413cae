package io.hawser.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM's pauses are told, whatever collects its garbage. */
@EnabledOnOs(OS.LINUX)
final class PauseWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseSerialGC", "-XX:+UseG1GC", "-XX:+UseZGC"})
    void pausesAreCountedWhileTheyAreWatched(String collector) {
        try (JavaProcess garbage = JavaProcess.start(Garbage.class, collector, "-Xmx64m");
                PauseWatch watch = PauseWatch.over(Map.of("garbage", garbage.proc()))) {
            CpuWatch use = CpuWatch.over(Map.of());
            long fromNanos = System.nanoTime();
            garbage.tell("go");
            await().atMost(PATIENCE).until(() -> count(watch.between(fromNanos, System.nanoTime())) > 0);
            Pauses pauses = watch.during(use.stop());
            assertThat(count(pauses)).isPositive();
            assertThat(pauses.figures().getFirst().get("longest")).asString().isNotEmpty();
        }
    }

    private static long count(Pauses pauses) {
        List<Map<String, Object>> figures = pauses.figures();
        assertThat(figures).hasSize(1);
        return (long) figures.getFirst().getOrDefault("count", 0L);
    }
}
