package io.hawser.bench.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.history.Terms;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is drawn, of very many. */
final class MannerTest {
    private static final int DRAWN = 20_000;
    private static final double PER_SECOND = 4;

    @Test
    void ofThoseWithATimeToLiveHalfHaveToCome() {
        List<Integer> ttls =
                drawn().map(Terms::ttlSeconds).filter(ttl -> ttl > 0).toList();
        assertThat(ttls).hasSizeGreaterThan(DRAWN / 20).containsOnly(1, 3_600);
        assertThat(ttls.stream().filter(ttl -> ttl == 1).count()).isBetween(ttls.size() / 3L, ttls.size() * 2L / 3);
    }

    @Test
    void aCollapseKeyIsUsedOnceAMinute() {
        long seldom =
                drawn().filter(terms -> terms.collapseKey().equals("seldom")).count();
        assertThat(seldom / (DRAWN / PER_SECOND / 60)).isBetween(0.7, 1.3);
        assertThat(drawn().map(Terms::collapseKey)).contains("state-0", "state-1");
    }

    private static Stream<Terms> drawn() {
        SplittableRandom chance = new SplittableRandom(1);
        return IntStream.range(0, DRAWN)
                .mapToObj(number -> Manner.ofMessage(chance, true, PER_SECOND).terms());
    }
}
