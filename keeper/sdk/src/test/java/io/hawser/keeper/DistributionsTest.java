package io.hawser.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DistributionsTest {
    @Test
    void timesAreBucketsAndSizesAreSumsWhateverALibraryAsksFor() {
        try (HostMeters meters = new HostMeters("echo")) {
            Timer.builder("hawser.test.time")
                    .publishPercentiles(0.5, 0.99)
                    .register(meters.registry())
                    .record(Duration.ofMillis(7));
            DistributionSummary.builder("hawser.test.bytes")
                    .publishPercentiles(0.5)
                    .register(meters.registry())
                    .record(300);

            String page = meters.registry().scrape();

            assertThat(page)
                    .contains("hawser_test_time_seconds_bucket{service=\"echo\",le=\"0.005\"} 0")
                    .contains("hawser_test_time_seconds_bucket{service=\"echo\",le=\"0.01\"} 1")
                    .contains("hawser_test_bytes_sum{service=\"echo\"} 300.0")
                    .doesNotContain("quantile=");
        }
    }
}
