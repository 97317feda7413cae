package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.room.fuzz.Lots;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the fuzzers once found is replayed, and a little is drawn by lot: the fuzzers themselves run on demand. */
final class FuzzRegressionTest {
    @TestFactory
    Stream<DynamicTest> theConnectionStandsWhatWasFound() throws IOException {
        return Lots.corpus(ConnectionFuzz.class, "stands", ConnectionPlay::play);
    }

    @TestFactory
    Stream<DynamicTest> theCodecStandsWhatWasFound() throws IOException {
        return Lots.corpus(CodecFuzz.class, "agrees", CodecPlay::play);
    }

    @TestFactory
    Stream<DynamicTest> theWaysInStandWhatWasFound() throws IOException {
        return Lots.corpus(EntranceFuzz.class, "letsNothingBy", EntrancePlay::play);
    }

    @TestFactory
    Stream<DynamicTest> comingBackHoldsWhatWasFound() throws IOException {
        return Lots.corpus(ReturnFuzz.class, "keepsItsWord", ReturnPlay::play);
    }

    @Test
    void theConnectionStandsWhatComesByLot() {
        Lots.draw(ConnectionPlay::play);
    }

    @Test
    void theCodecStandsWhatComesByLot() {
        Lots.draw(CodecPlay::play);
    }

    /** Where nobody ever came through, what lies behind the ways in would not be met. */
    @Test
    void theWaysInStandWhatComesByLotAndSomeComeThrough() {
        AtomicInteger greeted = new AtomicInteger();
        Lots.draw(input -> greeted.addAndGet(EntrancePlay.play(input) ? 1 : 0));
        assertThat(greeted.get()).as("greeted").isPositive();
    }

    /** Where nobody ever came back, all that is promised of it would hold. */
    @Test
    void comingBackHoldsWhatComesByLotAndSomeDoComeBack() {
        AtomicInteger returns = new AtomicInteger();
        AtomicInteger plays = new AtomicInteger();
        Lots.draw(input -> {
            plays.incrementAndGet();
            returns.addAndGet(ReturnPlay.play(input));
        });
        assertThat(returns.get()).as("came back in %s plays", plays).isGreaterThan(plays.get() / 2);
    }
}
