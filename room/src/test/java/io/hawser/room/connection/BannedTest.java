package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.Ban;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When who is banned may come back by itself. */
class BannedTest {
    private static final long NOW_MS = 1_000_000;
    private static final int HOUR_MS = 3_600_000;

    @Test
    void aBanOfAUserOrDeviceWithoutAnEndIsForGood() {
        assertThat(retryAfterMs(user())).isZero();
        assertThat(retryAfterMs(user().setDevice("lost"))).isZero();
    }

    @Test
    void oneThatEndsIsOverForTheClientThen() {
        assertThat(retryAfterMs(user().setExpiresMs(NOW_MS + 60_000))).isEqualTo(60_000);
        assertThat(retryAfterMs(network().setExpiresMs(NOW_MS + 60_000))).isEqualTo(60_000);
    }

    @Test
    void oneThatEndsAtThisMomentIsNoneForGood() {
        assertThat(retryAfterMs(user().setExpiresMs(NOW_MS))).isEqualTo(1);
    }

    @Test
    void nobodyWaitsLongerThanTheMaximum() {
        assertThat(retryAfterMs(network())).isEqualTo(HOUR_MS);
        assertThat(retryAfterMs(network().setExpiresMs(Long.MAX_VALUE))).isEqualTo(HOUR_MS);
        assertThat(retryAfterMs(user().setExpiresMs(NOW_MS + 2L * HOUR_MS))).isEqualTo(HOUR_MS);
    }

    private static int retryAfterMs(Ban.Builder ban) {
        return Banned.of(ban.build(), NOW_MS, Duration.ofHours(1)).retryAfterMs();
    }

    private static Ban.Builder user() {
        return Ban.newBuilder().setApp("demo").setUser("alice");
    }

    private static Ban.Builder network() {
        return Ban.newBuilder().setNetwork("192.0.2.0/24");
    }
}
