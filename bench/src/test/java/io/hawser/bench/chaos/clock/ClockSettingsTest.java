package io.hawser.bench.chaos.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.bench.measure.BenchException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clock that follows its file, in this process. */
final class ClockSettingsTest {
    private static final Duration OFF = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    @Test
    void whoHasPutAClockRightReadsTheRightTimeFromIt() throws Exception {
        ClockSettings settings = new ClockSettings(directory);
        Clock clock = WrongClock.systemUTC();
        WrongClock.follow(directory.resolve("room-1"));
        for (int i = 0; i < 3; i++) {
            Instant before = Instant.now();
            settings.put("room-1", OFF);
            assertThat(clock.instant()).isAfterOrEqualTo(before.plus(OFF));
            settings.right("room-1");
            before = Instant.now();
            assertThat(clock.instant()).isBetween(before, Instant.now());
        }
    }

    @Test
    void aClockThatDoesNotFollowEndsTheRun() {
        ClockSettings settings = new ClockSettings(directory, Duration.ofMillis(50));
        assertThatThrownBy(() -> settings.put("room-2", OFF))
                .isInstanceOf(BenchException.class)
                .hasMessage("the clock of room-2 is off by 0 ms (expected: 600000 within 50 ms)");
    }
}
