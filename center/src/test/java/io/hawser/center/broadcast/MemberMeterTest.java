package io.hawser.center.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.center.platform.Members;
import io.hawser.rpc.v1.App;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class MemberMeterTest {
    private static final App LARGE = App.newBuilder().setId("large").build();
    private static final App OTHER = App.newBuilder().setId("other").build();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MemberMeter meter = new MemberMeter(new Members(), BroadcastSettings::defaults, registry);

    /** 20,000 a second: the next one has to wait for an hour. */
    @Test
    void anAppThatReachedMoreThanItMayWaitsAndOthersDoNot() {
        meter.take(LARGE, 100_000, 72_000_000);
        assertRefused(LARGE);
        meter.take(OTHER, 100_000, 1);
        assertThat(registry.counter("hawser.center.broadcasts.over.limit").count())
                .isEqualTo(1);
    }

    @Test
    void whatCountsIsWhatWasWritten() {
        for (int i = 0; i < 100; i++) {
            meter.take(LARGE, 100_000, 100_000).reached(3);
        }
        meter.take(LARGE, 100_000, 1).reached(72_000_000);
        assertRefused(LARGE);
    }

    @Test
    void aSmallAppIsHeldToItsOwnLimitAlone() {
        meter.take(OTHER, 10_000, 10_000).reached(72_000_000);
        meter.take(OTHER, 10_000, 10_000);
        App limited = OTHER.toBuilder().setMaxBroadcastMembersPerSecond(5).build();
        meter.take(limited, 10_000, 18_000);
        assertThatThrownBy(() -> meter.take(limited, 10_000, 1))
                .hasMessageContaining("members: over the app's limit (expected: at most 5 a second)");
    }

    private void assertRefused(App app) {
        assertThatThrownBy(() -> meter.take(app, 100_000, 1)).hasMessageContaining("at most 20000 a second");
    }
}
