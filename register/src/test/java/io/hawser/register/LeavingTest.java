package io.hawser.register;

import static io.hawser.register.Registry.bind;
import static io.hawser.register.Registry.register;
import static io.hawser.register.Registry.room;
import static io.hawser.register.Registry.slot;
import static io.hawser.register.Registry.stamped;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.HandOverRequest;
import io.hawser.rpc.v1.HandedSlot;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Whereabouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Slots that one register hands over to another. */
final class LeavingTest {
    private static final Peer ROOM_1 = room("room-1", 1);
    private static final Peer ROOM_2 = room("room-2", 2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Registry before =
            new Registry(Registry.limits(1_000_000, 2_000)).ownsAll().seesRooms(ROOM_1);
    private final Registry after = new Registry(Registry.limits(1_000_000, 2_000)).seesRooms(ROOM_1);
    private final Session alice = bind("alice", "user", ROOM_1, 1);

    @Test
    void theNewOwnerKnowsWhatTheOneBeforeKnew() {
        Session entered = enter(before, alice);
        before.pourAll(ROOM_1, entered);
        changeHands();
        assertThat(after.lookup(alice).getUnknownRoomsList()).containsExactly("room-1");

        handOver();

        assertThat(after.lookup(alice).getSessionsList()).containsExactly(entered);
        assertThat(after.lookup(alice).getUnknownRoomsList()).isEmpty();
        assertThat(after.lookup(bind("bob", "user", ROOM_1, 2))).isEqualTo(Whereabouts.getDefaultInstance());
        assertThat(before.lane.hasHandedOver()).isTrue();
    }

    @Test
    void aRoomThatHadNotToldAllIsUnknownToTheNewOwnerToo() {
        before.seesRooms(ROOM_1, ROOM_2);
        after.seesRooms(ROOM_1, ROOM_2);
        before.pourAll(ROOM_1);
        changeHands();
        handOver();

        assertThat(after.lookup(alice).getUnknownRoomsList()).containsExactly("room-2");
    }

    @Test
    void whoLeftAtTheNewOwnerMeanwhileDoesNotComeBack() {
        Session entered = enter(before, alice);
        before.pourAll(ROOM_1, entered);
        changeHands();

        after.leave(entered);
        handOver();

        assertThat(after.lookup(alice).getSessionsList()).isEmpty();
    }

    @Test
    void whoLeftAtTheNewOwnerIsNotToldByTheOneBefore() {
        Session entered = enter(before, alice);
        before.pourAll(ROOM_1, entered);
        changeHands();

        after.leave(entered);

        assertThat(after.lane
                        .lookups()
                        .with(asOwnerBefore(), slot(alice), "demo", "alice")
                        .getSessionsList())
                .isEmpty();
    }

    @Test
    void aRoomThatIsGoneIsAsLongGoneForTheNewOwner() {
        Registry fresh = new Registry(Registry.limits(1_000_000, 2_000));
        before.pourAll(ROOM_1, enter(before, alice));
        before.seesRooms();
        before.pass(before.grace().minusSeconds(1));
        before.ownsNothing();
        fresh.ownsNothing().ownsAll();
        handOver(fresh);
        assertThat(fresh.lane.size()).isEqualTo(1);

        fresh.pass(Duration.ofSeconds(1));
        fresh.sweep();

        assertThat(fresh.lane.size()).isZero();
    }

    @Test
    void aRoomThatTheNewOwnerSawGoIsNotBroughtToLifeByTheHandOver() {
        handOverOfARoomThatBothSawGo();

        after.pass(Duration.ofSeconds(1));
        after.sweep();

        assertThat(after.lane.size()).isZero();
    }

    @Test
    void aRoomThatSpeaksForItselfLivesWhateverTheHandOverSaid() {
        handOverOfARoomThatBothSawGo();
        enter(after, bind("bob", "user", ROOM_1, 2));

        after.pass(Duration.ofSeconds(1));
        after.sweep();

        assertThat(after.lane.size()).isEqualTo(2);
    }

    @Test
    void whatTheRoomHasToldByItselfIsNotUndone() {
        Session entered = enter(before, alice);
        before.pourAll(ROOM_1, entered);
        changeHands();

        after.pourAll(ROOM_1, entered);
        after.leave(entered);
        handOver();

        assertThat(after.lookup(alice).getSessionsList()).isEmpty();
    }

    @Test
    void whoLeavesAfterTheHandOverDoesNotComeBackWithTheRoomsOwnPour() {
        Session entered = enter(before, alice);
        before.pourAll(ROOM_1, entered);
        changeHands();
        handOver();

        after.leave(entered);
        after.pourAll(ROOM_1, entered);

        assertThat(after.lookup(alice).getSessionsList()).isEmpty();
    }

    @Test
    void whoBoundAtTheNewOwnerMeanwhileStaysAndTheOlderIsKicked() {
        Session older = enter(before, alice);
        before.pourAll(ROOM_1, older);
        changeHands();

        Session newer = enter(after, bind("alice", "user", ROOM_2, 2));
        handOver();

        assertThat(after.lookup(alice).getSessionsList()).containsExactly(newer);
        assertThat(after.kicks).extracting(Kick::getSession).containsExactly(older);
    }

    @Test
    void aSlotThatIsTooLargeForOneRequestComesInParts() {
        before.pourAll(ROOM_1);
        List<Session> entered = new ArrayList<>();
        IntStream.range(0, 25).forEach(n -> entered.add(enter(before, bind("alice", "device:" + n, ROOM_1, n))));
        changeHands();

        List<Integer> parts = new ArrayList<>();
        for (Leaving.Parcel parcel = next(10); parcel != null; parcel = next(10)) {
            parcel.request().getSlotsList().stream()
                    .filter(handed -> handed.getSlot() == slot(alice))
                    .forEach(handed -> parts.add(handed.getSessionsCount()));
            take(parcel);
        }

        assertThat(parts).containsExactly(10, 10, 5);
        assertThat(after.lookup(alice).getSessionsList()).containsExactlyInAnyOrderElementsOf(entered);
        assertThat(after.lookup(alice).getUnknownRoomsList()).isEmpty();
    }

    @Test
    void whatIsRefusedComesAgainAfterTheOthers() {
        changeHands();
        Leaving.Parcel first = Objects.requireNonNull(next(10));
        before.lane.leaving().taken(first, first.slots());
        before.pass(LONGEST_PAUSE);

        assertThat(Objects.requireNonNull(next(10)).slots()).doesNotContainAnyElementsOf(first.slots());
        handOver();
        assertThat(before.lane.hasHandedOver()).isTrue();
    }

    @Test
    void whoRefusesAllIsLeftAloneForLongerEachTimeUpToASecond() {
        changeHands();

        List<Long> pausesMillis = new ArrayList<>();
        for (int n = 0; n < 7; n++) {
            Leaving.Parcel refused = Objects.requireNonNull(next(10));
            before.lane.leaving().taken(refused, refused.slots());
            assertThat(next(10)).isNull();
            long pauseNanos = Objects.requireNonNull(before.lane.leaving().pauseNanos());
            pausesMillis.add(TimeUnit.NANOSECONDS.toMillis(pauseNanos));
            before.pass(Duration.ofNanos(pauseNanos));
        }
        assertThat(pausesMillis).containsExactly(50L, 100L, 200L, 400L, 800L, 800L, 800L);

        take(Objects.requireNonNull(next(10)));
        Leaving.Parcel again = Objects.requireNonNull(next(10));
        before.lane.leaving().taken(again, again.slots().subList(0, 1));
        assertThat(before.lane.leaving().pauseNanos())
                .isEqualTo(Duration.ofMillis(50).toNanos());
    }

    @Test
    void whileOneIsLeftAloneAnotherIsToldAndANewViewEndsThePause() {
        Peer third = register("register-3", 6);
        before.sees(20, Registry.OTHER, third);
        Leaving.Parcel toOne = Objects.requireNonNull(next(1_000));
        before.lane.leaving().taken(toOne, toOne.slots());

        Leaving.Parcel toAnother = Objects.requireNonNull(next(1_000));
        assertThat(toAnother.to()).isNotEqualTo(toOne.to());
        before.lane.leaving().taken(toAnother, toAnother.slots());
        assertThat(next(1_000)).isNull();

        before.sees(21, Registry.OTHER, third);
        assertThat(next(1_000)).isNotNull();
    }

    @Test
    void whoHasLeftIsToldInPartsBeforeThoseWhoAreHeld() {
        Session held = enter(before, alice);
        List<Session> gone = new ArrayList<>();
        IntStream.range(0, 15).forEach(n -> gone.add(enter(before, bind("alice", "device:" + n, ROOM_1, 10 + n))));
        gone.forEach(before::leave);
        changeHands();

        List<Integer> left = new ArrayList<>();
        for (Leaving.Parcel parcel = next(10); parcel != null; parcel = next(10)) {
            parcel.request().getSlotsList().stream()
                    .filter(handed -> handed.getSlot() == slot(alice))
                    .forEach(handed -> left.add(handed.getLeftCount()));
            take(parcel);
        }

        assertThat(left).containsExactly(10, 5);
        assertThat(after.lookup(alice).getSessionsList()).containsExactly(held);
        after.pourAll(ROOM_1, gone.getFirst(), held);
        assertThat(after.lookup(alice).getSessionsList()).containsExactly(held);
    }

    /** The room gathered it before, by a newer view than that by which it told of its end. */
    @Test
    void whoLeftAtTheOneBeforeIsTakenOutThoughTheRoomPouredIt() {
        Session gone = enter(before, alice);
        before.leave(gone);
        changeHands();
        after.pourAll(ROOM_1, gone);
        assertThat(after.lookup(alice).getSessionsList()).containsExactly(gone);

        handOver();

        assertThat(after.lookup(alice).getSessionsList()).isEmpty();
    }

    @Test
    void aSlotThatTheOtherDoesNotOwnIsRefused() {
        HandedSlot handed = HandedSlot.newBuilder().setSlot(3).setComplete(true).build();
        assertThat(take(after, handed, HandOverRequest.getDefaultInstance())).isFalse();
    }

    @Test
    void aSlotThatCameBackIsNotHandedOver() {
        changeHands();
        before.ownsAll();
        assertThat(next(10)).isNull();
    }

    @Test
    void aRegisterThatWasAwayHandsNothingOver() {
        enter(before, alice);
        before.isRebornElsewhere();
        assertThat(next(10)).isNull();
    }

    @Test
    void whatWasToBeHandedOverIsAnotherLifesAfterAReturn() {
        enter(before, alice);
        changeHands();
        before.isRebornElsewhere();
        assertThat(next(10)).isNull();
    }

    @Test
    void toAnotherThanTheNewOwnerTheOneBeforeDoesNotClaimToKnowAll() {
        Session entered = enter(before, alice);
        before.pourAll(ROOM_1, entered);
        changeHands();

        Whereabouts told = before.lane.lookups().asOwnerBefore("register-3", slot(alice), "demo", "alice");

        assertThat(told.getSessionsList()).containsExactly(entered);
        assertThat(told.getUnknownRoomsList()).containsExactly("room-1");
        assertThat(told.getNotOwner()).isTrue();
    }

    @Test
    void theOwnerBeforeAnswersTheNewOneUntilItHasHandedOver() {
        Session entered = enter(before, alice);
        before.pourAll(ROOM_1, entered);
        assertThat(asOwnerBefore().getSessionsList()).containsExactly(entered);

        changeHands();
        assertThat(asOwnerBefore().getSessionsList()).containsExactly(entered);
        assertThat(asOwnerBefore().getUnknownRoomsList()).isEmpty();
        assertThat(after.lane.predecessors().of(slot(alice))).isEqualTo(Registry.OTHER);

        handOver();
        assertThat(asOwnerBefore().getNotOwner()).isTrue();
        assertThat(after.lane.predecessors().of(slot(alice))).isNull();
    }

    @Test
    void whoDoesNotAnswerIsNotAskedAgain() {
        changeHands();
        after.lane.predecessors().forget(Registry.OTHER);
        assertThat(after.lane.predecessors().of(slot(alice))).isNull();
    }

    @Test
    void afterAWhileNothingIsKeptAndNobodyAsked() {
        changeHands();
        before.pass(Duration.ofSeconds(11));
        after.pass(Duration.ofSeconds(11));

        before.lane.endHandOvers(Duration.ofSeconds(10).toNanos());
        after.lane.endHandOvers(Duration.ofSeconds(10).toNanos());

        assertThat(before.lane.hasHandedOver()).isTrue();
        assertThat(after.lane.predecessors().of(slot(alice))).isNull();
    }

    @Test
    void whatIsHeldNowHoldsAgainstWhatWasHeldBefore() {
        Session older = stamped(alice, enter(before, alice).getStamp());
        Session phone = bind("alice", "class:phone", ROOM_1, 3);
        Session newer = enter(before, bind("alice", "user", ROOM_2, 2));
        Whereabouts now = Whereabouts.newBuilder()
                .addSessions(newer)
                .addUnknownRooms("room-1")
                .addUnknownRooms("room-2")
                .build();
        Whereabouts then = Whereabouts.newBuilder()
                .addSessions(older)
                .addSessions(phone)
                .addUnknownRooms("room-2")
                .addUnknownRooms("room-3")
                .build();

        Whereabouts both = Whereabouts.newBuilder()
                .addSessions(newer)
                .addSessions(phone)
                .addUnknownRooms("room-2")
                .build();
        assertThat(OwnersBefore.combined(now, then, _ -> false)).isEqualTo(both);
        assertThat(OwnersBefore.combined(then, now, _ -> false)).isEqualTo(both);
        assertThat(OwnersBefore.combined(now, then, phone::equals).getSessionsList())
                .containsExactly(newer);
    }

    private static Session enter(Registry registry, Session session) {
        return stamped(session, registry.enter(session).getStamp());
    }

    private void changeHands() {
        before.ownsNothing();
        after.ownsNothing().ownsAll();
    }

    /** A second before it counts as gone. */
    private void handOverOfARoomThatBothSawGo() {
        before.pourAll(ROOM_1, enter(before, alice));
        Stream.of(before, after).forEach(each -> {
            each.seesRooms();
            each.pass(each.grace().minusSeconds(1));
        });
        changeHands();
        handOver();
    }

    private void handOver() {
        handOver(after);
    }

    private void handOver(Registry to) {
        for (Leaving.Parcel parcel = next(1_000); parcel != null; parcel = next(1_000)) {
            take(to, parcel);
        }
    }

    private Leaving.@Nullable Parcel next(int maxSessions) {
        return before.lane.leaving().next(maxSessions, 64);
    }

    private void take(Leaving.Parcel parcel) {
        take(after, parcel);
    }

    private void take(Registry to, Leaving.Parcel parcel) {
        parcel.request()
                .getSlotsList()
                .forEach(
                        handed -> assertThat(take(to, handed, parcel.request())).isTrue());
        before.lane.leaving().taken(parcel, List.of());
    }

    private static boolean take(Registry to, HandedSlot handed, HandOverRequest request) {
        HandOverRequest agreed =
                request.toBuilder().setMembershipVersion(to.version()).build();
        return to.lane.pours().takeOver(handed, agreed, Registry.OTHER.name());
    }

    private Whereabouts asOwnerBefore() {
        return before.lane.lookups().asOwnerBefore(Registry.OTHER.name(), slot(alice), "demo", "alice");
    }
}
