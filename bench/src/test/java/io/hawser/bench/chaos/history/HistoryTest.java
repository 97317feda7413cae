package io.hawser.bench.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.bench.measure.BenchException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryTest {
    @Test
    void whatDoesNotFitFailsAndIsNotDroppedInSilence(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("history.jsonl");
        try (History history = new History(file, 2)) {
            history.add(new Event.Healed(1, 1));
            history.add(new Event.Healed(2, 2));
            assertThatThrownBy(() -> history.add(new Event.Healed(3, 3)))
                    .isInstanceOf(BenchException.class)
                    .hasMessageStartingWith("the history has 2 events (expected: fewer;");
            assertThat(history.events()).hasSize(2);
        }
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void whatComesAfterItsEndIsOfNoInterest(@TempDir Path directory) {
        History history = new History(directory.resolve("history.jsonl"), 2);
        history.close();
        history.add(new Event.Healed(1, 1));
        assertThat(history.events()).isEmpty();
    }
}
