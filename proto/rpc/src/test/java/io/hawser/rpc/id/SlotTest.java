package io.hawser.rpc.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slots stand in stored keys: these may never change. */
final class SlotTest {
    @ParameterizedTest
    @CsvSource({"demo, alice, 2135", "demo, bob, 3235", "a, b, 2796", "'', '', 1071", "shop, 用户, 3217", "shop, 😀, 117"
    })
    void aSlotIsTheSameInEveryVersion(String app, String user, int slot) {
        assertThat(Slot.of(app, user)).isEqualTo(slot);
    }

    @Test
    void theLongestIdsHaveASlot() {
        assertThat(Slot.of("a".repeat(64), "z".repeat(64))).isEqualTo(487);
    }

    @Test
    void theBorderBetweenAppAndUserCounts() {
        assertThat(Slot.of("ab", "c")).isNotEqualTo(Slot.of("a", "bc"));
    }

    @Test
    void aUserKeyHasItsSlot() {
        assertThat(UserKey.of("demo", "alice").slot()).isEqualTo(2135);
    }

    @Test
    void consecutiveUsersSpreadOverAllSlots() {
        int[] users = new int[Slot.COUNT];
        int perSlot = 100;
        for (int i = 0; i < perSlot * Slot.COUNT; i++) {
            users[Slot.of("demo", "user" + i)]++;
        }
        // A slot's count is close to a Poisson variable: of 4,096 none strays six standard deviations.
        int tolerance = (int) (6 * Math.sqrt(perSlot));
        assertThat(IntStream.of(users))
                .allSatisfy(count -> assertThat(count).isBetween(perSlot - tolerance, perSlot + tolerance));
    }
}
