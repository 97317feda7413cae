package io.hawser.center.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BroadcastSettingsTest {
    @Test
    void whatACenterHoldsGrowsWithTheRooms() {
        BroadcastSettings settings = BroadcastSettings.defaults();
        assertThat(settings.slices(0)).isEqualTo(256);
        assertThat(settings.slices(32)).isEqualTo(256);
        assertThat(settings.slices(100)).isEqualTo(800);
    }

    /** A part of a list would wait for ever for places that there are not. */
    @Test
    void thereArePlacesForWhatAPartAppendsTogether() {
        assertThat(withMaxAppends(64).maxAppends()).isEqualTo(64);
        assertThatThrownBy(() -> withMaxAppends(63)).hasMessageContaining("maxAppends: 63 (expected: at least 64)");
    }

    private static BroadcastSettings withMaxAppends(int maxAppends) {
        BroadcastSettings usual = BroadcastSettings.defaults();
        return new BroadcastSettings(
                usual.smallApp(),
                usual.membersPerSecond(),
                usual.tick(),
                usual.lease(),
                usual.grant(),
                usual.maxSlices(),
                maxAppends,
                usual.sessionsAge(),
                usual.maxWaiters(),
                usual.waitPoll());
    }
}
