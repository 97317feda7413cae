package io.hawser.saver.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.saver.slots.ShardMap.Range;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which server has the rows of which slots. */
final class ShardMapTest {
    private static final Range MAIN = new Range(0, 2_047, "main");

    @Test
    void eachSlotIsOnTheServerOfItsRange() {
        ShardMap map = ShardMap.of(List.of(MAIN, new Range(2_048, 4_095, "second")));
        assertThat(map.isOn("main", 2_047)).isTrue();
        assertThat(map.isOn("main", 2_048)).isFalse();
        assertThat(map.isOn("second", 4_095)).isTrue();
        assertThat(map.elsewhere("main")).isEqualTo("2048 slots are on second");
        assertThat(map.elsewhere("third")).isEqualTo("2048 slots are on main, 2048 slots are on second");
    }

    @Test
    void whereAllAreOnOneServerNoneIsElsewhere() {
        assertThat(ShardMap.of(List.of(new Range(0, 4_095, "main"))).elsewhere("main"))
                .isEmpty();
    }

    @Test
    void aMapThatLeavesSomethingOpenIsRefused() {
        assertRefused("slot 2048 is nowhere (expected: a range for each slot)", MAIN);
        assertRefused("slot 0 is nowhere (expected: a range for each slot)");
        assertRefused(
                "slot 2047 is on main and on second (expected: one of them)", MAIN, new Range(2_047, 4_095, "second"));
        assertRefused("2048 to 4096 (expected: 0 to 4095)", MAIN, new Range(2_048, 4_096, "second"));
        assertRefused("7 to 6 (expected: 0 to 4095)", new Range(7, 6, "main"));
    }

    private static void assertRefused(String why, Range... ranges) {
        assertThatThrownBy(() -> ShardMap.of(List.of(ranges)))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessageContaining("slot_shard: " + why);
    }
}
