package io.hawser.room.overload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LastingTest {
    private double value;
    private final Lasting lasting = new Lasting(() -> value, 3);

    @Test
    void whatIsHighOnceIsNotTold() {
        assertThat(read(5)).isZero();
        assertThat(read(5_000)).isZero();
        assertThat(read(7)).isEqualTo(5);
        assertThat(read(9)).isEqualTo(7);
    }

    @Test
    void whatStaysHighIsTold() {
        read(5_000);
        read(4_000);
        assertThat(read(6_000)).isEqualTo(4_000);
        assertThat(read(10)).isEqualTo(10);
    }

    private double read(double now) {
        value = now;
        return lasting.getAsDouble();
    }
}
