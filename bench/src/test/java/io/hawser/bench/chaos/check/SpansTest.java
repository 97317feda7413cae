package io.hawser.bench.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.check.Spans.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans, beside moments that are asked one by one. */
final class SpansTest {
    private static final int MOMENTS = 60;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void momentsAreWhereTheyShouldBe(long seed) {
        SplittableRandom chance = new SplittableRandom(seed);
        Spans one = drawn(chance);
        Spans other = drawn(chance);
        for (int at = 0; at < MOMENTS; at++) {
            assertThat(has(one.and(other), at)).isEqualTo(has(one, at) && has(other, at));
            assertThat(has(one.or(other), at)).isEqualTo(has(one, at) || has(other, at));
            assertThat(has(one.not(), at)).isEqualTo(!has(one, at));
        }
        assertThat(one.or(one.not()).list()).isEqualTo(Spans.always().list());
        assertThat(one.and(one.not()).list()).isEmpty();
        assertThat(one.nanosWithin(10, 40) + one.not().nanosWithin(10, 40)).isEqualTo(30);
    }

    private static boolean has(Spans spans, int at) {
        return spans.nanosWithin(at, at + 1) == 1;
    }

    private static Spans drawn(SplittableRandom chance) {
        List<Span> spans = new ArrayList<>();
        long from = chance.nextBoolean() ? Long.MIN_VALUE : chance.nextInt(5);
        long to = chance.nextInt(5, 10);
        while (to < MOMENTS) {
            spans.add(new Span(from, to));
            from = to + 1 + chance.nextInt(8);
            to = from + 1 + chance.nextInt(8);
        }
        if (chance.nextBoolean()) {
            spans.add(new Span(from, Long.MAX_VALUE));
        }
        return new Spans(spans);
    }
}
