package io.hawser.keeper.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AtStartKeysTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtStartKeys<Garden> keys = new AtStartKeys<>(garden(1, 10), key -> key.startsWith("water."), meters);

    record Garden(Water water, Map<String, Integer> trees) {}

    record Water(int litres) {}

    @Test
    void aLiveKeyWaitsForNothing() {
        keys.accept(garden(2, 10));
        assertThat(waiting()).isZero();
    }

    @Test
    void aKeyOfTheStartWaitsUntilItIsChangedBack() {
        keys.accept(garden(2, 11));
        keys.accept(garden(3, 12));
        assertThat(waiting()).isEqualTo(1);

        keys.accept(garden(3, 10));
        assertThat(waiting()).isZero();
    }

    @Test
    void aKeyThatComesOrGoesWaitsToo() {
        keys.accept(new Garden(new Water(1), Map.of("oak", 10, "ash", 1)));
        assertThat(waiting()).isEqualTo(1);

        keys.accept(new Garden(new Water(1), Map.of("ash", 1)));
        assertThat(waiting()).isEqualTo(2);
    }

    private double waiting() {
        return meters.get("hawser.config.needs.restart").gauge().value();
    }

    private static Garden garden(int litres, int oaks) {
        return new Garden(new Water(litres), Map.of("oak", oaks));
    }
}
