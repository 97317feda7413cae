package io.hawser.room.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.room.fuzz.Lots;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the fuzzer once found is replayed, and a little is drawn by lot. */
final class TokenFuzzRegressionTest {
    @TestFactory
    Stream<DynamicTest> theVerifierStandsWhatWasFound() throws IOException {
        return Lots.corpus(TokenFuzz.class, "isTakenWhereItWasSigned", TokenPlay::play);
    }

    @Test
    void theVerifierStandsWhatComesByLotAndTakesSome() {
        AtomicInteger taken = new AtomicInteger();
        Lots.draw(input -> taken.addAndGet(TokenPlay.play(input) ? 1 : 0));
        assertThat(taken.get()).as("taken").isPositive();
    }
}
