package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.CompareRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.SlotDigest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a room and its register know of each other, compared every second. */
class ComparingTest {
    private final TestPlatform platform = new TestPlatform(comparing());
    private final TestClient client = platform.connect().bound("alice", 0);
    private Session alice = Session.getDefaultInstance();

    @BeforeEach
    void registered() {
        alice = platform.register.session("alice");
    }

    @AfterEach
    void stop() {
        client.close();
        platform.close();
    }

    @Test
    void whatTheRegisterHasLostIsPouredAgain() {
        platform.saver.append("alice", "not pushed");
        platform.register.sessions.clear();
        platform.register.compares = true;

        assertThat(platform.register.session("alice")).isEqualTo(alice);
        assertThat(client.message().getBody().toStringUtf8()).isEqualTo("not pushed");
        assertThat(platform.context.count("hawser.room.comparisons.slots", "outcome", "differed"))
                .isPositive();
    }

    @Test
    void whatTheRegisterHoldsAndIsNotHereLeaves() {
        Session ghost = alice.toBuilder()
                .setUser("bob")
                .setLocation(alice.getLocation().toBuilder().setConnection(1 << 20))
                .build();
        platform.register.sessions.put("bob", ghost);
        platform.register.compares = true;

        await().until(() -> !platform.register.sessions.containsKey("bob"));
        assertThat(platform.register.left).contains(ghost);
        assertThat(platform.register.sessions).containsKey("alice");
    }

    @Test
    void anEarlierBindInTheSamePlaceLeavesAndTheLaterStays() {
        Session earlier = alice.toBuilder()
                .setStamp(alice.getStamp().toBuilder().setCounter(1 << 20))
                .build();
        platform.register.sessions.put("earlier", earlier);
        platform.register.compares = true;

        await().until(() -> platform.register.left.contains(earlier));
        assertThat(platform.register.left).doesNotContain(alice);
    }

    @Test
    void aSlotOfWhichTheRegisterWasToldNothingIsPouredAtOnce() {
        platform.register.sessions.clear();
        platform.register.forgetful = true;
        platform.register.compares = true;

        assertThat(platform.register.session("alice")).isEqualTo(alice);
        assertThat(platform.context.count("hawser.room.comparisons.slots", "outcome", "unknown"))
                .isPositive();
    }

    @Test
    void whatDifferedIsComparedAgainUntilTheRegisterAnswers() {
        platform.register.saysOnceWhatDiffers = true;
        platform.register.refusesSecondLooks.set(2);
        platform.register.sessions.clear();
        platform.register.compares = true;

        assertThat(platform.register.session("alice")).isEqualTo(alice);
        assertThat(platform.register.refusesSecondLooks).hasValue(0);
    }

    @Test
    void eachSlotIsComparedWithinTheTimeAndNothingIsDoneWhereNothingDiffers() {
        platform.register.compares = true;
        int poured = platform.register.poured.size();

        await().until(() -> slotsCompared() >= Slot.COUNT);

        assertThat(platform.register.compared).allMatch(request -> !request.getListHeld());
        assertThat(platform.register.poured).hasSize(poured);
        assertThat(platform.register.left).isEmpty();
    }

    private long slotsCompared() {
        return platform.register.compared.stream()
                .map(CompareRequest::getSlotsList)
                .flatMap(List::stream)
                .map(SlotDigest::getSlot)
                .distinct()
                .count();
    }

    private static RoomConfig comparing() {
        RoomConfig config = TestPlatform.config("pour: {compareEvery: 1s}");
        return TestPlatform.with(config, config.gateway(), config.connections());
    }
}
