package io.hawser.rpc.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Settings that make no sense are named. */
final class LinkSettingsTest {
    @Test
    void theDefaultsAreValid() {
        assertThat(LinkSettings.defaults().streamsPerPeer()).isEqualTo(1);
        assertThat(LinkServerSettings.defaults().maxInFlight()).isPositive();
    }

    @Test
    void aCountOutOfRangeIsNamed() {
        assertThatThrownBy(() -> new SettingsBuilder().streamsPerPeer(0).build())
                .hasMessage("streamsPerPeer: 0 (expected: 1 to 16)");
    }

    @Test
    void aDurationOutOfRangeIsNamed() {
        assertThatThrownBy(() -> new SettingsBuilder()
                        .drainTimeout(Duration.ofSeconds(-1))
                        .build())
                .hasMessage("drainTimeout: PT-1S (expected: PT0S to PT5M)");
    }

    @Test
    void aSlotOutOfRangeIsNamed() {
        assertThatThrownBy(() -> Route.slot(4096)).hasMessage("slot: 4096 (expected: 0 to 4095)");
    }
}
