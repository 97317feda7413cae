package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class WindowTest {
    @Test
    void countsAsASetWould() {
        Random random = new Random(11);
        Window window = new Window();
        TreeSet<Long> model = new TreeSet<>();
        long seq = 0;
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(3) > 0 && model.size() < 300) {
                seq += 1 + random.nextInt(5);
                window.add(seq);
                model.add(seq);
            } else {
                long upTo = seq - random.nextInt(200);
                window.release(upTo);
                model.headSet(upTo, true).clear();
            }
            assertThat(window.size()).isEqualTo(model.size());
        }
    }
}
