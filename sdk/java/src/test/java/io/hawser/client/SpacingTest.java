package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When what a throttled client sends may leave. */
class SpacingTest {
    private static final long MS = 1_000_000;

    private final Spacing spacing = new Spacing();

    @Test
    void nothingWaitsBeforeTheRoomAsks() {
        assertThat(spacing.nextInNanos(0)).isZero();
        assertThat(spacing.nextInNanos(0)).isZero();
    }

    @Test
    void framesAreSpacedUntilTheTimeIsOver() {
        spacing.begin(4, 600, 0);
        assertThat(spacing.nextInNanos(0)).isZero();
        assertThat(spacing.nextInNanos(0)).isEqualTo(250 * MS);
        assertThat(spacing.nextInNanos(100 * MS)).isEqualTo(400 * MS);
        assertThat(spacing.nextInNanos(100 * MS)).isEqualTo(650 * MS);
        assertThat(spacing.nextInNanos(100 * MS)).isEqualTo(650 * MS);
        assertThat(spacing.nextInNanos(900 * MS)).isZero();
    }

    @Test
    void noFramesASecondEndsIt() {
        spacing.begin(1, 60_000, 0);
        assertThat(spacing.nextInNanos(0)).isZero();
        spacing.begin(0, 0, 0);
        assertThat(spacing.nextInNanos(1_000 * MS)).isZero();
        assertThat(spacing.nextInNanos(1_000 * MS)).isZero();
    }
}
