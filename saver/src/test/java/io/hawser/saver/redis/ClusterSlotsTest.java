package io.hawser.saver.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.saver.redis.ClusterSlots.Node;
import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClusterSlotsTest {
    @Test
    void theFirstNodeOfARangeIsItsMaster() {
        ClusterSlots slots = ClusterSlots.of(
                List.of(
                        range(0, 8_191, node("one", 7_000), node("two", 7_001)),
                        range(8_192, 16_383, node("two", 7_001))),
                "asked");
        assertThat(slots.masters()).containsExactly(new Node("one", 7_000), new Node("two", 7_001));
    }

    @Test
    void eachMasterHasAKeyToBeAskedWithHoweverFewHashSlotsItHas() {
        ClusterSlots slots = ClusterSlots.of(
                List.of(
                        range(0, 8_190, node("one", 7_000)),
                        range(8_191, 8_191, node("two", 7_001)),
                        range(8_192, 16_383, node("one", 7_000))),
                "asked");
        assertThat(SlotHash.getSlot(slots.probeOf(new Node("two", 7_001)))).isEqualTo(8_191);
        assertThat(SlotHash.getSlot(slots.probeOf(new Node("one", 7_000)))).isNotEqualTo(8_191);
    }

    @Test
    void aNodeThatDoesNotSayWhereItIsIsWhereItWasAsked() {
        List<Object> nameless = Arrays.asList(null, 7_000L);
        assertThat(ClusterSlots.of(List.of(range(0, 16_383, nameless)), "asked").masters())
                .containsExactly(new Node("asked", 7_000));
    }

    @Test
    void aClusterThatDoesNotHaveAllHashSlotsIsRefused() {
        assertThatThrownBy(() -> ClusterSlots.of(List.of(range(0, 8_191, node("one", 7_000))), "asked"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("8192 (expected: 16384)");
    }

    private static Object range(long first, long last, Object... nodes) {
        List<Object> range = new ArrayList<>(List.of(first, last));
        range.addAll(List.of(nodes));
        return range;
    }

    private static List<Object> node(String host, long port) {
        return List.of(host.getBytes(StandardCharsets.UTF_8), port, "id".getBytes(StandardCharsets.UTF_8));
    }
}
