package io.hawser.room.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a value becomes a level, and when connections go. Heap: busy from 75 %, overloaded from 85 %, critical from 92 %. */
final class OverloadTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Recorder recorder = new Recorder();
    private double value;
    private long nowNanos = Duration.ofDays(1).toNanos();
    private final Overload overload = of(Signal.of("heap", "%", () -> value, OverloadConfig::heapPercent));

    private Overload of(Signal signal) {
        return Overload.ofHand(signal, OverloadConfig.defaults(), () -> nowNanos, recorder, meters);
    }

    private static final class Recorder implements Overload.Relief {
        final List<Level> levels = new ArrayList<>();
        final List<Integer> shed = new ArrayList<>();
        String why = "";
        Level shedAt = Level.NORMAL;

        @Override
        public void onLevel(Level level, String reason) {
            levels.add(level);
            why = reason;
        }

        @Override
        public void shed(Level present, int atMost) {
            shed.add(atMost);
            shedAt = present;
        }
    }

    @Test
    void aLevelIsReachedAtOnce() {
        look(74, Duration.ZERO);
        assertThat(recorder.levels).isEmpty();
        look(93, Duration.ZERO);
        assertThat(recorder.levels).containsExactly(Level.CRITICAL);
        assertThat(recorder.why).isEqualTo("heap 93 %");
        assertThat(meters.get("hawser.room.overload.level").gauge().value()).isEqualTo(3);
        assertThat(meters.get("hawser.room.overload.heap").gauge().value()).isEqualTo(93);
    }

    @Test
    void aLevelIsLeftForTheNextLowerOnceTheValueHasBeenClearlyBelowForAWhile() {
        look(93, Duration.ZERO);
        look(10, Duration.ofMillis(4_999));
        assertThat(overload.level()).isEqualTo(Level.CRITICAL);
        look(10, Duration.ofMillis(1));
        assertThat(overload.level()).isEqualTo(Level.OVERLOADED);
        look(10, Duration.ofSeconds(5));
        look(10, Duration.ofSeconds(5));
        assertThat(recorder.levels).containsExactly(Level.CRITICAL, Level.OVERLOADED, Level.BUSY, Level.NORMAL);
    }

    @Test
    void aValueThatHardlySinksKeepsTheLevel() {
        look(86, Duration.ZERO);
        for (int i = 0; i < 10; i++) {
            look(80, Duration.ofSeconds(1));
        }
        assertThat(overload.level()).isEqualTo(Level.OVERLOADED);
    }

    @Test
    void connectionsGoAtABoundedRateFromOverloadedOn() {
        look(80, Duration.ofMillis(200));
        assertThat(recorder.shed).isEmpty();
        look(86, Duration.ofMillis(200));
        look(86, Duration.ofMillis(100));
        assertThat(recorder.shed).containsExactly(200, 100);
        look(86, Duration.ofMinutes(1));
        assertThat(recorder.shed).last().isEqualTo(1_000);
    }

    @Test
    void nobodyGoesForWhatIsOverThoughTheLevelIsKeptForAWhile() {
        look(93, Duration.ofMillis(200));
        assertThat(recorder.shedAt).isEqualTo(Level.CRITICAL);
        look(86, Duration.ofMillis(200));
        assertThat(recorder.shedAt).isEqualTo(Level.OVERLOADED);
        look(60, Duration.ofMillis(200));
        assertThat(overload.level()).isEqualTo(Level.CRITICAL);
        assertThat(recorder.shed).hasSize(2);
    }

    /** How much came free is known once it was measured again, and not before. */
    @Test
    void whatIsMeasuredNowAndThenHasConnectionsGoOnceForEachTime() {
        long[] collections = {7};
        Overload ofHeap = of(Signal.ofHeap(() -> 93, () -> collections[0], () -> {}));
        for (int i = 0; i < 5; i++) {
            nowNanos += Duration.ofMillis(200).toNanos();
            ofHeap.look();
        }
        assertThat(recorder.shed).hasSize(1);
        collections[0]++;
        ofHeap.look();
        assertThat(recorder.shed).hasSize(2).last().isEqualTo(800);
    }

    @Test
    void whatWasMeasuredLongAgoIsMeasuredAgainWhileItHasClientsSentAway() {
        long[] collections = {7};
        double[] percent = {70};
        Overload ofHeap = of(Signal.ofHeap(() -> percent[0], () -> collections[0], () -> collections[0]++));
        nowNanos += Duration.ofSeconds(5).toNanos();
        ofHeap.look();
        nowNanos += Duration.ofMinutes(1).toNanos();
        ofHeap.look();
        assertThat(collections[0]).isEqualTo(7);
        percent[0] = 86;
        ofHeap.look();
        assertThat(collections[0]).isEqualTo(8);
        nowNanos += Duration.ofSeconds(4).toNanos();
        ofHeap.look();
        assertThat(collections[0]).isEqualTo(8);
    }

    @Test
    void limitsRise() {
        assertThatThrownBy(() -> new Limits(50, 40, 60))
                .isInstanceOf(HawserException.class)
                .hasMessage("busy, overloaded, critical: 50, 40, 60 (expected: 1 <= busy <= overloaded <= critical)");
    }

    private void look(double seen, Duration later) {
        value = seen;
        nowNanos += later.toNanos();
        overload.look();
    }
}
