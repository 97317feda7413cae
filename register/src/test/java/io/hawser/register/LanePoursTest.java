package io.hawser.register;

import static io.hawser.register.Registry.bind;
import static io.hawser.register.Registry.room;
import static io.hawser.register.Registry.stamped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import org.junit.jupiter.api.Test;

/** Who is bound where after slots change hands: by what rooms pour, and what is not known until they have. */
final class LanePoursTest {
    private static final Peer ROOM_1 = room("room-1", 1);
    private static final Peer ROOM_2 = room("room-2", 2);

    @Test
    void nobodyIsOfflineBeforeEveryRoomInViewHasPoured() {
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1, ROOM_2);
        Session whose = bind("alice", "user", ROOM_1, 1);
        assertThat(registry.lookup(whose).getUnknownRoomsList()).containsExactlyInAnyOrder("room-1", "room-2");

        registry.pourAll(ROOM_1);
        assertThat(registry.lookup(whose).getUnknownRoomsList()).containsExactly("room-2");

        registry.pourAll(ROOM_2);
        assertThat(registry.lookup(whose).getUnknownRoomsList()).isEmpty();
    }

    @Test
    void aRoomIsSilentUntilItHasToldAllOfEachSlot() {
        Registry registry = new Registry().seesRooms(ROOM_1, ROOM_2);
        assertThat(registry.lane.silentRooms()).isEmpty();
        registry.ownsAll();
        assertThat(registry.lane.silentRooms()).containsExactlyInAnyOrder("room-1", "room-2");

        registry.pourAll(ROOM_1);
        assertThat(registry.lane.silentRooms()).containsExactly("room-2");
        registry.pour(ROOM_2, registry.version(), new int[] {7});
        assertThat(registry.lane.silentRooms()).containsExactly("room-2");
        registry.pourAll(ROOM_2);
        assertThat(registry.lane.silentRooms()).isEmpty();

        registry.ownsNothing();
        assertThat(registry.lane.silentRooms()).isEmpty();
    }

    @Test
    void aRoomThatRestartedHasToPourAgain() {
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1);
        Session whose = bind("alice", "user", ROOM_1, 1);
        registry.pourAll(ROOM_1);

        registry.seesRooms(room("room-1", 9));

        assertThat(registry.lookup(whose).getUnknownRoomsList()).containsExactly("room-1");
    }

    @Test
    void ofTwoPouredSessionsTheHigherStampWinsWhicheverComesFirst() {
        Registry registry = new Registry().ownsAll();
        Session older = stamped(bind("alice", "user", ROOM_1, 1), stamp(7, 1));
        Session newer = stamped(bind("alice", "user", ROOM_2, 2), stamp(7, 2));

        registry.pourAll(ROOM_2, newer);
        assertThat(registry.pourAll(ROOM_1, older).getSuperseded()).isEqualTo(1);
        assertThat(registry.lookup(newer).getSessionsList()).containsExactly(newer);

        Session newest = stamped(bind("alice", "user", ROOM_1, 3), stamp(8, 1));
        assertThat(registry.pourAll(ROOM_1, newest).getSuperseded()).isZero();
        assertThat(registry.kicks).extracting(Kick::getSession).containsExactly(older, newer);
    }

    @Test
    void aBindingFollowsItsRoomIntoItsNextLifeAndIsNotKicked() {
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1);
        Peer nextLife = room("room-1", 9);
        Session before = stamped(bind("alice", "user", ROOM_1, 1), stamp(7, 1));
        Session after = stamped(bind("alice", "user", nextLife, 1), stamp(7, 1));
        registry.pourAll(ROOM_1, before);

        registry.seesRooms(nextLife);
        assertThat(registry.pourAll(nextLife, after).getSuperseded()).isZero();
        assertThat(registry.lookup(after).getSessionsList()).containsExactly(after);

        assertThat(registry.pourAll(ROOM_1, before).getSuperseded()).isZero();
        assertThat(registry.lookup(after).getSessionsList()).containsExactly(after);
        assertThat(registry.kicks).isEmpty();
    }

    @Test
    void aStampIsAboveWhatWasPouredThoughTheViewIsOlder() {
        Registry registry = new Registry().ownsAll();
        Session poured = stamped(bind("alice", "user", ROOM_1, 1), stamp(1_000, 50));
        registry.pourAll(ROOM_1, poured);

        Stamp next = registry.enter(bind("alice", "user", ROOM_2, 2)).getStamp();

        assertThat(next.getMembershipVersion()).isEqualTo(1_000);
        assertThat(next.getCounter()).isGreaterThan(50);
    }

    @Test
    void aLeaveThatOvertakesThePourIsNotUndoneByIt() {
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1);
        Session gone = stamped(bind("alice", "user", ROOM_1, 1), stamp(7, 1));
        Session there = stamped(bind("bob", "user", ROOM_1, 2), stamp(7, 2));

        assertThat(registry.leave(gone)).isFalse();
        registry.pourAll(ROOM_1, gone, there);

        assertThat(registry.lookup(gone).getSessionsCount()).isZero();
        assertThat(registry.lookup(there).getSessionsCount()).isEqualTo(1);
    }

    @Test
    void whatAnotherOwnsIsRefused() {
        Registry registry = new Registry().ownsNothing();
        Session whose = bind("alice", "user", ROOM_1, 1);

        assertThatThrownBy(() -> registry.enter(whose)).satisfies(failure -> assertCode(failure, ErrorCode.NOT_OWNER));
        assertThatThrownBy(() -> registry.leave(whose)).satisfies(failure -> assertCode(failure, ErrorCode.NOT_OWNER));
        assertThat(registry.lookup(whose).getNotOwner()).isTrue();
        assertThat(registry.pour(ROOM_1, registry.version(), new int[] {3}, whose)
                        .getRefusedSlotsList())
                .containsExactly(3, Registry.slot(whose));
    }

    @Test
    void aSlotThatCameBackStartsEmptyAndPouring() {
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1);
        Session whose = bind("alice", "user", ROOM_1, 1);
        registry.pourAll(ROOM_1, stamped(whose, stamp(1, 1)));

        registry.ownsNothing().ownsAll();

        assertThat(registry.lookup(whose).getSessionsCount()).isZero();
        assertThat(registry.lookup(whose).getUnknownRoomsList()).containsExactly("room-1");
        assertThat(registry.lane.totals("").getSessions()).isZero();
    }

    @Test
    void aPourForAnEarlierOwnershipIsRefused() {
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1);
        long earlier = registry.version();
        registry.ownsNothing().ownsAll();

        assertThat(registry.pour(ROOM_1, earlier, new int[] {3}).getRefusedSlotsList())
                .containsExactly(3);
    }

    @Test
    void aRebornRegisterStartsEmpty() {
        Registry registry = new Registry().ownsAll();
        Session whose = bind("alice", "user", ROOM_1, 1);
        registry.enter(whose);
        long earlier = registry.version();

        registry.isReborn();

        assertThat(registry.lookup(whose).getSessionsCount()).isZero();
        assertThat(registry.pour(ROOM_1, earlier, new int[] {3}).getRefusedSlotsList())
                .containsExactly(3);
    }

    private static Stamp stamp(long version, long counter) {
        return Stamp.newBuilder()
                .setMembershipVersion(version)
                .setCounter(counter)
                .build();
    }

    private static void assertCode(Throwable failure, ErrorCode code) {
        assertThat(((HawserException) failure).code()).isEqualTo(code);
    }

    @Test
    void aSessionThatIsPouredByItselfIsToldWhetherItIsNewsOrHasGivenWay() {
        int[] noSlots = {};
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1, ROOM_2);
        Session older = bind("alice", "user", ROOM_1, 1);
        Session held = stamped(older, registry.enter(older).getStamp());
        assertThat(registry.pour(ROOM_1, registry.version(), noSlots, held)).isEqualTo(PourReply.getDefaultInstance());
        assertThat(registry.leave(held)).isTrue();
        registry.pourAll(ROOM_1);
        assertThat(registry.pour(ROOM_1, registry.version(), noSlots, held).getTaken())
                .isEqualTo(1);
        registry.enter(bind("alice", "user", ROOM_2, 2));
        PourReply late = registry.pour(ROOM_1, registry.version(), noSlots, held);
        assertThat(late.getSuperseded()).isEqualTo(1);
        assertThat(late.getTaken()).isZero();
    }
}
