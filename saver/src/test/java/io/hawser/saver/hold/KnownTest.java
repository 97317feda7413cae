package io.hawser.saver.hold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is known of a table while rows come and go, with its readings in the test's hands. */
final class KnownTest {
    private final Known<String> known = new Known<>();
    private final List<CompletableFuture<Set<String>>> readings = new ArrayList<>();

    @Test
    void nothingIsKnownBeforeItIsRead() {
        assertThat(known.contains("a")).isFalse();
        assertThat(known.mayContain("a")).isTrue();
        refresh();
        read(0, Set.of());
        assertThat(known.mayContain("a")).isFalse();
    }

    @Test
    void whatIsWrittenHereIsKnownAtOnceUntilAReadingThatBeganLaterFindsNone() {
        known.add("a");
        assertThat(known.contains("a")).isTrue();
        refresh();
        read(0, Set.of());
        assertThat(known.contains("a")).isFalse();
    }

    @Test
    void whatIsWrittenWhileItIsReadIsKnownBesidesWhatIsFound() {
        refresh();
        known.add("a");
        read(0, Set.of("b"));
        assertThat(known.contains("a")).isTrue();
        assertThat(known.contains("b")).as("of another saver").isTrue();
        refresh();
        read(1, Set.of("b"));
        assertThat(known.contains("a")).as("gone meanwhile").isFalse();
    }

    @Test
    void oneReadingIsUnderWayAtATimeAndOneThatFailsChangesNothing() {
        known.add("a");
        refresh();
        refresh();
        assertThat(readings).hasSize(1);
        readings.getFirst().completeExceptionally(new IllegalStateException("out"));
        assertThat(known.contains("a")).isTrue();
        refresh();
        read(1, Set.of("a"));
        assertThat(known.contains("a")).isTrue();
    }

    @Test
    void beyondABoundAllAreTakenToHaveSome() {
        refresh();
        read(0, IntStream.rangeClosed(0, Known.MOST).mapToObj(Integer::toString).collect(Collectors.toSet()));
        assertThat(known.contains("a")).isTrue();
    }

    private void refresh() {
        known.refresh(() -> {
            readings.add(new CompletableFuture<>());
            return readings.getLast();
        });
    }

    private void read(int reading, Set<String> found) {
        readings.get(reading).complete(found);
    }
}
