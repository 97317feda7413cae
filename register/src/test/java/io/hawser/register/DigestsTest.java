package io.hawser.register;

import static io.hawser.register.Registry.bind;
import static io.hawser.register.Registry.room;
import static io.hawser.register.Registry.slot;
import static io.hawser.register.Registry.stamped;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.id.SlotDigests;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.CompareReply;
import io.hawser.rpc.v1.CompareRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.SlotDigest;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What rooms say that they have, compared with what is held of them. */
final class DigestsTest {
    private static final Peer ROOM_1 = room("room-1", 1);
    private static final Peer ROOM_2 = room("room-2", 2);

    private final Registry registry =
            new Registry(Registry.limits(1_000_000, 2_000)).ownsAll().seesRooms(ROOM_1, ROOM_2);
    private final Session alice = bind("alice", "user", ROOM_1, 1);

    @Test
    void aRoomThatHasWhatIsHeldOfItHearsOfNoDifference() {
        Session entered = enter(alice);
        registry.pourAll(ROOM_1, entered);
        enter(bind("bob", "user", ROOM_2, 2));
        Session gone = enter(bind("carol", "user", ROOM_1, 3));
        registry.leave(gone);

        assertThat(compare(ROOM_1, List.of(slot(alice), slot(gone)), entered))
                .isEqualTo(CompareReply.getDefaultInstance());
    }

    @Test
    void whatOnlyOneOfTheTwoHasIsADifference() {
        registry.pourAll(ROOM_1);
        Session entered = enter(alice);

        assertThat(compare(ROOM_1, List.of(slot(alice))).getDifferentSlotsList())
                .containsExactly(slot(alice));
        Session another = stamped(bind("alice", "user", ROOM_1, 2), entered.getStamp());
        assertThat(compare(ROOM_1, List.of(slot(alice)), another).getDifferentSlotsList())
                .containsExactly(slot(alice));
    }

    @Test
    void whatIsHeldIsNamedWhereThatIsAskedFor() {
        registry.pourAll(ROOM_1);
        Session entered = enter(alice);
        enter(bind("alice", "class:phone", ROOM_2, 2));

        CompareReply reply = compareNaming(ROOM_1, List.of(slot(alice)));

        assertThat(reply.getDifferentSlotsList()).containsExactly(slot(alice));
        assertThat(reply.getHeldList()).containsExactly(entered);
    }

    @Test
    void aSlotThatIsToldAgainIsNotUnknownMeanwhile() {
        registry.pourAll(ROOM_1);
        registry.pourAll(ROOM_2);
        enter(alice);
        compareNaming(ROOM_1, List.of(slot(alice)));

        assertThat(registry.lookup(alice).getUnknownRoomsList()).isEmpty();
    }

    @Test
    void aLeaveThatOvertakesWhatIsToldAgainIsNotUndoneByIt() {
        registry.pourAll(ROOM_1);
        registry.pourAll(ROOM_2);
        Session entered = enter(alice);
        compareNaming(ROOM_1, List.of(slot(alice)));

        registry.leave(entered);
        registry.pourAll(ROOM_1, entered);

        assertThat(registry.lookup(alice).getSessionsList()).isEmpty();
    }

    @Test
    void aRoomThatIsThoughtToHaveToldNothingIsAskedToPour() {
        assertThat(compare(
                                ROOM_1,
                                List.of(slot(alice)),
                                stamped(alice, enter(alice).getStamp()))
                        .getUnknownSlotsList())
                .containsExactly(slot(alice));

        registry.pourAll(ROOM_1);
        registry.ownsNothing();
        assertThat(compare(ROOM_1, List.of(slot(alice))).getUnknownSlotsList()).containsExactly(slot(alice));
    }

    @Test
    void whatARoomThatWasSweptToldIsToBeToldAgain() {
        Session entered = enter(alice);
        registry.pourAll(ROOM_1, entered);
        registry.seesRooms(ROOM_2);
        registry.pass(registry.grace().plusSeconds(1));
        registry.sweep();
        registry.seesRooms(ROOM_1, ROOM_2);

        assertThat(compare(ROOM_1, List.of(slot(alice)), entered).getUnknownSlotsList())
                .containsExactly(slot(alice));
    }

    @Test
    void sweptAndReleasedSessionsAreInNoDigest() {
        Session entered = enter(alice);
        registry.pourAll(ROOM_1, entered);
        registry.ownsNothing().ownsAll();
        registry.pourAll(ROOM_1);

        assertThat(compare(ROOM_1, List.of(slot(alice)))).isEqualTo(CompareReply.getDefaultInstance());
    }

    @Test
    void moreThanFitsIntoAnAnswerIsLeftToTheNextComparison() {
        registry.pourAll(ROOM_1);
        int[] connection = {0};
        Stream.of("alice", "bob")
                .forEach(user -> IntStream.range(0, 1_200)
                        .forEach(n -> enter(bind(user, "device:" + n, ROOM_1, connection[0]++))));
        List<Integer> both = List.of(slot(alice), slot(bind("bob", "user", ROOM_1, 1)));

        CompareReply reply = registry.lane.digests().compare(request(ROOM_1, true), digests(both));

        assertThat(reply.getDifferentSlotsList()).containsExactly(slot(alice));
        assertThat(reply.getHeldList()).hasSize(1_200);
    }

    private Session enter(Session session) {
        return stamped(session, registry.enter(session).getStamp());
    }

    private CompareReply compare(Peer room, List<Integer> slots, Session... has) {
        return registry.lane.digests().compare(request(room, false), digests(slots, has));
    }

    private CompareReply compareNaming(Peer room, List<Integer> slots, Session... has) {
        return registry.lane.digests().compare(request(room, true), digests(slots, has));
    }

    private CompareRequest request(Peer room, boolean named) {
        return CompareRequest.newBuilder()
                .setRoom(room.name())
                .setRoomIncarnation(room.incarnation())
                .setMembershipVersion(registry.version())
                .setListHeld(named)
                .build();
    }

    private static List<SlotDigest> digests(List<Integer> slots, Session... has) {
        SlotDigests digests = new SlotDigests();
        Stream.of(has).forEach(session -> digests.add(slot(session), session));
        return slots.stream().map(digests::of).toList();
    }
}
