package io.hawser.rpc.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.id.Slot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who owns which slot. */
final class SlotTableTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 16, 64})
    void slotsAreSpreadEvenly(int count) {
        Map<String, Integer> owned = owned(table(peers(count)));
        double mean = (double) Slot.COUNT / count;
        // Owning is a draw with chance 1/count for each slot: five standard deviations.
        double tolerance = 5 * Math.sqrt(mean * (1 - 1.0 / count));
        assertThat(owned).hasSize(count);
        assertThat(owned.values())
                .allSatisfy(slots -> assertThat((double) slots).isBetween(mean - tolerance, mean + tolerance));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aPeerThatLeavesGivesUpItsSlotsAndMovesNoOther(long seed) {
        Random random = new Random(seed);
        List<Peer> before = peers(2 + random.nextInt(20));
        Peer left = before.get(random.nextInt(before.size()));
        SlotTable old = table(before);
        SlotTable now = table(before.stream().filter(peer -> !peer.equals(left)).toList());
        assertThat(IntStream.range(0, Slot.COUNT))
                .as("seed %d", seed)
                .allSatisfy(slot -> assertThat(now.owner(slot))
                        .satisfies(owner -> assertThat(
                                        left.equals(old.owner(slot)) || Objects.equals(owner, old.owner(slot)))
                                .isTrue()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theOrderOfTheViewDoesNotMatter(long seed) {
        List<Peer> peers = peers(12);
        List<Peer> shuffled = new ArrayList<>(peers);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(owners(table(shuffled))).as("seed %d", seed).isEqualTo(owners(table(peers)));
    }

    @Test
    void aRestartedPeerKeepsItsSlots() {
        Peer first = FixedMembership.peer("saver-1", 1);
        Peer again = new Peer("echo", "saver-1", "10.0.0.9", 2, 77, "b");
        Peer other = FixedMembership.peer("saver-2", 3);
        List<String> before = owners(table(List.of(first, other)));
        assertThat(owners(table(List.of(again, other)))).isEqualTo(before);
    }

    /** All instances must agree, of whichever version: these may never change. */
    @Test
    void ownersAreTheSameInEveryVersion() {
        SlotTable table = table(
                List.of(FixedMembership.peer("a", 1), FixedMembership.peer("b", 2), FixedMembership.peer("c", 3)));
        assertThat(owners(table).subList(0, 12))
                .containsExactly("b", "b", "b", "c", "b", "b", "b", "b", "b", "c", "b", "b");
    }

    @Test
    void nobodyOwnsASlotInAnEmptyView() {
        assertThat(table(List.of()).owner(0)).isNull();
    }

    private static List<Peer> peers(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> FixedMembership.peer("saver-" + i, i))
                .toList();
    }

    private static SlotTable table(List<Peer> peers) {
        return SlotTable.of(new Membership.View(1, peers));
    }

    private static List<String> owners(SlotTable table) {
        return IntStream.range(0, Slot.COUNT)
                .mapToObj(slot -> Objects.requireNonNull(table.owner(slot)).name())
                .toList();
    }

    private static Map<String, Integer> owned(SlotTable table) {
        Map<String, Integer> owned = new HashMap<>();
        owners(table).forEach(name -> owned.merge(name, 1, Integer::sum));
        return owned;
    }
}
