package io.hawser.saver.backup;

import io.hawser.rpc.id.Seq;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Where the numbers of a restored platform begin: above all that were given before, also after the backup, of which nobody
 * knows any more how far they got. So time decides: the later a history begins, the higher.
 */
record History(long beganMs) {
    private static final long FIRST_MS = Instant.parse("2025-01-01T00:00:00Z").toEpochMilli();
    /** So often a slot changes its generation at most, over long times: 2^21 are enough for 39 years. */
    private static final long GENERATION_MS = TimeUnit.MINUTES.toMillis(10);
    /** And so many generations more than that. */
    private static final int SPARE_GENERATIONS = 1_024;
    /** Broadcasts, or changes, a second: below 2^53 until the year 2106. */
    private static final int NUMBERS_A_SECOND_BITS = 21;

    /** All numbers but generations of slots, which have 53 bits, are above this. */
    long numbersFrom() {
        return TimeUnit.MILLISECONDS.toSeconds(beganMs) << NUMBERS_A_SECOND_BITS;
    }

    /**
     * A slot's next generation.
     *
     * @param known the highest that is known to have been given
     * @throws HawserException RESOURCE_EXHAUSTED where there is none left
     */
    int generation(int known) {
        long generation = Math.max(known, (beganMs - FIRST_MS) / GENERATION_MS) + SPARE_GENERATIONS;
        if (generation > Seq.MAX_GENERATION) {
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "generation: " + generation + " (expected: at most " + Seq.MAX_GENERATION + ")");
        }
        return (int) generation;
    }
}
