package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.center.link.LookupSettings;
import io.hawser.center.link.RepeatSettings;
import io.hawser.center.message.PushSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A setting that is refused is named, with its value. */
class SettingsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void ofPushes() {
        assertThatThrownBy(() -> new PushSettings(0, SECOND)).hasMessage("maxInHand: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new PushSettings(1, Duration.ZERO))
                .hasMessage("timeout: PT0S (expected: a positive time)");
    }

    @Test
    void ofLookups() {
        assertThatThrownBy(() -> new LookupSettings(1, -5, SECOND)).hasMessage("maxBatch: -5 (expected: at least 1)");
    }

    @Test
    void ofRepeats() {
        assertThatThrownBy(() -> new RepeatSettings(SECOND, SECOND, SECOND, Duration.ZERO, 1))
                .hasMessage("maxBackoff: PT0S (expected: >= PT1S)");
        assertThatThrownBy(() -> new RepeatSettings(SECOND, SECOND, SECOND, SECOND, 0))
                .hasMessage("maxWaiting: 0 (expected: at least 1)");
    }
}
