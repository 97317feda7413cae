package io.hawser.center.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BroadcastSettingsTest {
    @Test
    void whatACenterHoldsGrowsWithTheRooms() {
        BroadcastSettings settings = BroadcastSettings.defaults();
        assertThat(settings.slices(0)).isEqualTo(256);
        assertThat(settings.slices(32)).isEqualTo(256);
        assertThat(settings.slices(100)).isEqualTo(800);
    }
}
