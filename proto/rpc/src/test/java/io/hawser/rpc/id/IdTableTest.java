package io.hawser.rpc.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdTableTest {
    /** As connections of an event loop are numbered, and calls of a stream. */
    @Test
    void holdsWhatAMapHoldsWhateverIsPutInAndTakenOut() {
        for (int lowBits : new int[] {0, 8}) {
            IdTable<Long> table = new IdTable<>();
            Map<Long, Long> expected = new HashMap<>();
            Random random = new Random(lowBits);
            for (long number = -2_000; number < 8_000; number++) {
                long id = number << lowBits | lowBits;
                long older = (number - random.nextInt(2_000)) << lowBits | lowBits;
                table.put(id, number);
                expected.put(id, number);
                assertThat(table.remove(older)).isEqualTo(expected.remove(older));
                assertThat(table.get(id)).isEqualTo(expected.get(id));
            }
            assertThat(table.values()).containsExactlyInAnyOrderElementsOf(expected.values());
            assertThat(expected).hasSizeGreaterThan(100);
        }
    }

    @Test
    void whatIsPutAgainTakesThePlaceAndClearedTablesAreEmpty() {
        IdTable<String> table = new IdTable<>();
        table.put(Long.MIN_VALUE, "first");
        table.put(Long.MIN_VALUE, "second");
        assertThat(table.get(Long.MIN_VALUE)).isEqualTo("second");
        assertThat(table.values()).containsExactly("second");

        table.clear();

        assertThat(table.get(Long.MIN_VALUE)).isNull();
        assertThat(table.values()).isEmpty();
    }
}
