package io.hawser.room.fair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AppTurnsTest {
    private final AppTurns<String> turns = new AppTurns<>();

    private List<String> all() {
        List<String> all = new ArrayList<>();
        for (String next = turns.next(app -> true); next != null; next = turns.next(app -> true)) {
            all.add(next);
        }
        return all;
    }

    @Test
    void theAppsTakeTurnsEachWithItsFirst() {
        for (int i = 1; i <= 3; i++) {
            turns.add("crowd", "crowd " + i);
        }
        turns.add("other", "other 1");
        assertThat(all()).containsExactly("crowd 1", "other 1", "crowd 2", "crowd 3");
        assertThat(all()).isEmpty();
    }

    @Test
    void whoMayNotGoKeepsItsTurn() {
        turns.add("first", "first 1");
        turns.add("first", "first 2");
        turns.add("second", "second 1");
        assertThat(turns.next(app -> false)).isNull();
        assertThat(turns.next(app -> !app.equals("first"))).isEqualTo("second 1");
        turns.add("second", "second 2");
        assertThat(all()).containsExactly("first 1", "second 2", "first 2");
    }
}
