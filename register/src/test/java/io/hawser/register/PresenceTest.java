package io.hawser.register;

import static io.hawser.register.Registry.bind;
import static io.hawser.register.Registry.room;
import static io.hawser.register.Registry.slot;
import static io.hawser.register.Registry.stamped;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.ToldOnline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told to come and go, with time in the test's hands. */
final class PresenceTest {
    private static final Peer ROOM_1 = room("room-1", 1);
    private static final Peer ROOM_2 = room("room-2", 2);

    private final Registry registry = new Registry().ownsAll().seesRooms(ROOM_1, ROOM_2);

    @BeforeEach
    void everythingIsWanted() {
        registry.events.wanted.addAll(Set.of(
                EventKind.EVENT_ONLINE, EventKind.EVENT_OFFLINE, EventKind.EVENT_BOUND, EventKind.EVENT_UNBOUND));
        settle(registry);
    }

    private static Session phone(Peer room, long connection) {
        return bind("alice", "device:phone", room, connection).toBuilder()
                .setDevice("phone")
                .build();
    }

    private Session enter(Session session) {
        return stamped(session, registry.enter(session).getStamp());
    }

    private List<String> told() {
        return registry.events.take();
    }

    private void pass(Duration time) {
        registry.pass(time);
        registry.sweep();
    }

    /** Has all slots compared with these, who were told online. */
    private static void settle(Registry registry, ToldOnline... told) {
        registry.pourAll(ROOM_1);
        registry.pourAll(ROOM_2);
        registry.sweep();
        registry.pass(Duration.ofSeconds(30));
        registry.sweep();
        compare(registry, told);
    }

    private static void compare(Registry registry, ToldOnline... told) {
        ComparedSlots slots = registry.lane.compared();
        for (int slot = slots.next(); slot >= 0; slot = slots.next()) {
            Set<Away.Device> ofSlot = new HashSet<>();
            for (ToldOnline online : told) {
                if (Slot.of(online.getApp(), online.getUser()) == slot) {
                    slots.wasToldOnline(slot, online);
                    ofSlot.add(new Away.Device(online.getApp(), online.getUser(), online.getDevice()));
                }
            }
            slots.settle(slot, ofSlot);
        }
    }

    private static ToldOnline online(Session session) {
        return ToldOnline.newBuilder()
                .setApp(session.getApp())
                .setUser(session.getUser())
                .setDevice(session.getDevice())
                .setStamp(session.getStamp())
                .build();
    }

    private @Nullable StateEvent last(EventKind kind) {
        return registry.events.ofKind(kind).reduce((first, second) -> second).orElse(null);
    }

    // Coming and going.

    @Test
    void aDeviceThatBindsIsBoundAndOnline() {
        Session session = enter(phone(ROOM_1, 1));
        StateEvent bound = last(EventKind.EVENT_BOUND);
        assertThat(bound).isNotNull();
        assertThat(bound.getStamp()).isEqualTo(session.getStamp());
        assertThat(bound.getRoom()).isEqualTo("room-1");
        assertThat(bound.getMailbox()).isEqualTo("device:phone");
        assertThat(bound.getAtMs()).isEqualTo(HeldEvents.NOW.toEpochMilli());
        assertThat(told()).containsExactly("BOUND alice phone", "ONLINE alice phone");
    }

    @Test
    void aBindThatIsToldAgainIsNotTold() {
        Session session = phone(ROOM_1, 1);
        enter(session);
        told();
        enter(session);
        assertThat(told()).isEmpty();
    }

    @Test
    void oneThatLeavesIsUnboundAtOnceAndOfflineAfterTheParkingTime() {
        Session session = enter(phone(ROOM_1, 1));
        told();
        registry.leave(session, EndReason.END_SILENT);
        assertThat(told()).containsExactly("UNBOUND alice phone");
        pass(Duration.ofSeconds(29));
        assertThat(told()).isEmpty();
        pass(Duration.ofSeconds(1));
        StateEvent offline = last(EventKind.EVENT_OFFLINE);
        assertThat(offline).isNotNull();
        assertThat(offline.getReason()).isEqualTo(EndReason.END_SILENT);
        assertThat(offline.getStamp()).isEqualTo(session.getStamp());
        assertThat(told()).containsExactly("OFFLINE alice phone");
        pass(Duration.ofMinutes(5));
        assertThat(told()).isEmpty();
    }

    @Test
    void theParkingTimeOfOneThatItsRoomHadParkedBeganWhenItDropped() {
        Session session = enter(phone(ROOM_1, 1));
        told();
        registry.leave(session, EndReason.END_CONNECTION_LOST, 20_000);
        assertThat(told()).containsExactly("UNBOUND alice phone");
        pass(Duration.ofSeconds(9));
        assertThat(told()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(told()).containsExactly("OFFLINE alice phone");
    }

    @Test
    void oneThatIsBackWithinTheParkingTimeAlsoInAnotherRoomWasNeverAway() {
        Session session = enter(phone(ROOM_1, 1));
        registry.leave(session);
        pass(Duration.ofSeconds(20));
        enter(phone(ROOM_2, 2));
        pass(Duration.ofMinutes(5));
        assertThat(told())
                .containsExactly("BOUND alice phone", "ONLINE alice phone", "UNBOUND alice phone", "BOUND alice phone");
    }

    @Test
    void oneThatIsBackLaterIsOnlineAnew() {
        Session session = enter(phone(ROOM_1, 1));
        registry.leave(session);
        pass(Duration.ofSeconds(31));
        told();
        enter(phone(ROOM_2, 2));
        assertThat(told()).containsExactly("BOUND alice phone", "ONLINE alice phone");
    }

    @Test
    void theParkingTimeBeginsAnewWithEachReturn() {
        Session first = enter(phone(ROOM_1, 1));
        registry.leave(first);
        pass(Duration.ofSeconds(20));
        Session second = enter(phone(ROOM_1, 2));
        registry.leave(second);
        told();
        pass(Duration.ofSeconds(20));
        assertThat(told()).isEmpty();
        pass(Duration.ofSeconds(10));
        assertThat(told()).containsExactly("OFFLINE alice phone");
    }

    @Test
    void aNewConnectionOfADeviceReplacesTheOlderAndItStaysOnline() {
        Session first = enter(phone(ROOM_1, 1));
        told();
        enter(phone(ROOM_2, 2));
        StateEvent unbound = last(EventKind.EVENT_UNBOUND);
        assertThat(unbound).isNotNull();
        assertThat(unbound.getReason()).isEqualTo(EndReason.END_REPLACED);
        assertThat(unbound.getStamp()).isEqualTo(first.getStamp());
        pass(Duration.ofMinutes(5));
        assertThat(told()).containsExactly("UNBOUND alice phone", "BOUND alice phone");
    }

    @Test
    void aDeviceThatHadToGiveWayToAnotherGoesOffline() {
        enter(bind("alice", "user", ROOM_1, 1));
        enter(bind("alice", "user", ROOM_2, 2));
        told();
        pass(Duration.ofSeconds(30));
        assertThat(told()).containsExactly("OFFLINE alice device-1");
    }

    @Test
    void aDeviceWithTwoSessionsIsOnlineUntilTheLastEnds() {
        Session one = enter(phone(ROOM_1, 1));
        Session other =
                enter(phone(ROOM_1, 1).toBuilder().setMailbox("class:phone").build());
        assertThat(told()).containsExactly("BOUND alice phone", "ONLINE alice phone", "BOUND alice phone");
        registry.leave(one);
        pass(Duration.ofMinutes(1));
        assertThat(told()).containsExactly("UNBOUND alice phone");
        registry.leave(other);
        pass(Duration.ofMinutes(1));
        assertThat(told()).containsExactly("UNBOUND alice phone", "OFFLINE alice phone");
    }

    @Test
    void onlyWhatIsWantedIsTold() {
        registry.events.wanted.clear();
        Session session = enter(phone(ROOM_1, 1));
        registry.leave(session);
        pass(Duration.ofMinutes(1));
        assertThat(told()).isEmpty();
        registry.events.wanted.add(EventKind.EVENT_UNBOUND);
        registry.leave(enter(phone(ROOM_1, 2)));
        assertThat(told()).containsExactly("UNBOUND alice phone");
        assertThat(registry.lane.compared().parked()).isZero();
    }

    @Test
    void whoHasNoPlaceToWaitIsToldOfflineEarly() {
        registry.events.settings = HeldEvents.settings(2);
        for (int n = 1; n <= 3; n++) {
            registry.leave(enter(bind("user-" + n, "user", ROOM_1, n)));
        }
        assertThat(registry.events.ofKind(EventKind.EVENT_OFFLINE).map(StateEvent::getUser))
                .containsExactly("user-1");
        assertThat(registry.lane.compared().parked()).isEqualTo(2);
    }

    // Rooms that vanish.

    @Test
    void ofARoomThatWasKilledThoseWhoDidNotReturnAreOfflineOnce() {
        Session staying = bind("staying", "user", ROOM_2, 1);
        Session returning = bind("returning", "user", ROOM_1, 2);
        Session gone = bind("gone", "user", ROOM_1, 3);
        enter(staying);
        enter(returning);
        Session lost = enter(gone);
        told();

        registry.seesRooms(ROOM_2);
        pass(Duration.ofSeconds(10));
        enter(returning.toBuilder()
                .setLocation(bind("returning", "user", ROOM_2, 9).getLocation())
                .setBoundMs(9)
                .build());
        assertThat(told()).containsExactly("UNBOUND returning device-2", "BOUND returning device-2");
        pass(Duration.ofSeconds(20));
        pass(Duration.ofSeconds(1));
        StateEvent offline = last(EventKind.EVENT_OFFLINE);
        assertThat(offline).isNotNull();
        assertThat(offline.getReason()).isEqualTo(EndReason.END_ROOM_LOST);
        assertThat(offline.getStamp()).isEqualTo(lost.getStamp());
        assertThat(told()).containsExactly("UNBOUND gone device-3", "OFFLINE gone device-3");
        pass(Duration.ofMinutes(5));
        assertThat(told()).isEmpty();
    }

    @Test
    void aBindingThatFollowsItsRoomIntoItsNextLifeIsNoNews() {
        Session session = enter(phone(ROOM_1, 1));
        told();
        Peer reborn = room("room-1", 7);
        registry.seesRooms(reborn, ROOM_2);
        registry.pourAll(
                reborn,
                session.toBuilder()
                        .setLocation(session.getLocation().toBuilder().setRoomIncarnation(7))
                        .build());
        pass(Duration.ofMinutes(5));
        assertThat(told()).isEmpty();
    }

    @Test
    void aRoomThatComesBackAfterItsSessionsWereSweptBringsThemOnlineAgain() {
        Session session = enter(phone(ROOM_1, 1));
        registry.seesRooms(ROOM_2);
        pass(Duration.ofSeconds(31));
        pass(Duration.ofSeconds(1));
        told();
        registry.seesRooms(ROOM_1, ROOM_2);
        registry.pourAll(ROOM_1, session);
        assertThat(told()).containsExactly("ONLINE alice phone");
    }

    @Test
    void whoIsBackByTheSameSessionIsToldInAnOrderThatIsNews() {
        Session session = enter(phone(ROOM_1, 1));
        registry.seesRooms(ROOM_2);
        pass(Duration.ofSeconds(31));
        pass(Duration.ofSeconds(1));
        registry.seesRooms(ROOM_1, ROOM_2);
        registry.pourAll(ROOM_1, session);
        registry.sweep();
        pass(Duration.ofHours(1));
        compare(registry);
        registry.leave(session);
        pass(Duration.ofSeconds(31));

        List<StateEvent> presence =
                registry.events.told.stream().filter(StateEvent::hasOrder).toList();
        assertThat(presence)
                .extracting(StateEvent::getKind)
                .containsExactly(
                        EventKind.EVENT_ONLINE,
                        EventKind.EVENT_OFFLINE,
                        EventKind.EVENT_ONLINE,
                        EventKind.EVENT_ONLINE,
                        EventKind.EVENT_OFFLINE);
        assertThat(presence).extracting(StateEvent::getStamp).containsOnly(session.getStamp());
        assertThat(presence)
                .extracting(StateEvent::getOrder)
                .isSortedAccordingTo(
                        Comparator.comparingLong(Stamp::getMembershipVersion).thenComparingLong(Stamp::getCounter))
                .doesNotHaveDuplicates();
    }

    @Test
    void anOfflineWhileNotAllRoomsHaveToldStandsBehindWhatTheOwnerBeforeToldOfANewerSession() {
        Session session = enter(phone(ROOM_1, 1));
        registry.ownsNothing().ownsAll();
        registry.leave(session);
        pass(Duration.ofSeconds(30));
        StateEvent offline = last(EventKind.EVENT_OFFLINE);
        assertThat(offline).isNotNull();
        assertThat(offline.hasOrder()).isFalse();
    }

    // Slots that come from another register.

    @Test
    void whatRoomsPourToANewOwnerWasToldBefore() {
        Session session = enter(phone(ROOM_1, 1));
        told();
        registry.ownsNothing().ownsAll();
        registry.pourAll(ROOM_1, session);
        registry.pourAll(ROOM_2);
        settle(registry, online(session));
        assertThat(told()).isEmpty();
    }

    @Test
    void aNewOwnerTellsWhatDiffersFromWhatWasTold() {
        Session untold = stamped(
                bind("untold", "user", ROOM_1, 1), enter(phone(ROOM_1, 9)).getStamp());
        Session vanished = stamped(bind("vanished", "user", ROOM_1, 2), untold.getStamp());
        registry.ownsNothing().ownsAll();
        told();
        registry.pourAll(ROOM_1, untold);
        settle(registry, online(vanished));
        assertThat(told()).containsExactlyInAnyOrder("ONLINE untold device-1", "OFFLINE vanished device-2");
    }

    @Test
    void aNewOwnerComparesNothingBeforeAllRoomsHaveToldAndTheParkingTimeIsOver() {
        registry.ownsNothing().ownsAll();
        registry.pourAll(ROOM_1);
        registry.pass(Duration.ofMinutes(5));
        registry.sweep();
        assertThat(registry.lane.compared().next()).isNegative();
        registry.pourAll(ROOM_2);
        registry.sweep();
        registry.pass(Duration.ofSeconds(29));
        registry.sweep();
        assertThat(registry.lane.compared().next()).isNegative();
        registry.pass(Duration.ofSeconds(1));
        registry.sweep();
        assertThat(registry.lane.compared().next()).isNotNegative();
    }

    @Test
    void itComparesNothingWhileTooMuchWaitsOrItIsNotKnownWhatIsWanted() {
        registry.ownsNothing().ownsAll();
        registry.pourAll(ROOM_1);
        registry.pourAll(ROOM_2);
        registry.sweep();
        registry.pass(Duration.ofSeconds(30));
        registry.sweep();
        registry.events.busy = true;
        assertThat(registry.lane.compared().next()).isNegative();
        registry.events.busy = false;
        registry.events.asked = false;
        assertThat(registry.lane.compared().next()).isNegative();
        registry.events.asked = true;
        assertThat(registry.lane.compared().next()).isNotNegative();
    }

    // Slots that are compared again.

    @Test
    void anEventThatMayBeLostIsFoundMissingAndToldAgain() {
        Session session = enter(phone(ROOM_1, 1));
        registry.leave(session);
        pass(Duration.ofSeconds(31));
        registry.events.missed++;
        told();

        pass(Duration.ofSeconds(28));
        assertThat(registry.lane.compared().next()).as("compared a minute ago").isNegative();
        pass(Duration.ofSeconds(61));
        compare(registry, online(session));
        assertThat(told()).containsExactly("OFFLINE alice phone");
        pass(Duration.ofMinutes(5));
        assertThat(registry.lane.compared().next())
                .as("nothing is missed since")
                .isNegative();
    }

    @Test
    void whatIsMissedWhileASlotIsComparedHasItComparedOnceMore() {
        pass(Duration.ofMinutes(1));
        registry.events.missed++;
        int slot = registry.lane.compared().next();
        registry.events.missed++;
        registry.lane.compared().settle(slot, Set.of());
        pass(Duration.ofMinutes(1));
        assertThat(registry.lane.compared().next()).isNotNegative();
        compare(registry);
        pass(Duration.ofMinutes(1));
        assertThat(registry.lane.compared().next()).isEqualTo(slot);
    }

    @Test
    void whoIsHereOrWasAMomentAgoIsNoNewsWhenComparedAgain() {
        Session here = enter(phone(ROOM_1, 1));
        Session parked = enter(bind("bob", "user", ROOM_1, 2));
        pass(Duration.ofMinutes(2));
        registry.leave(parked);
        told();
        registry.events.missed++;
        compare(registry, online(here), online(parked));
        assertThat(told()).isEmpty();
    }

    @Test
    void eachSlotIsComparedOnceAnHourAtLeastAndNotAllAtOnce() {
        Session gone = bind("gone", "user", ROOM_1, 3);
        pass(Duration.ofMinutes(29));
        assertThat(registry.lane.compared().next()).isNegative();
        pass(Duration.ofMinutes(15));
        Set<Integer> early = compareAll();
        assertThat(early.size()).isBetween(1_000, 3_000);
        pass(Duration.ofMinutes(16));
        compare(registry, online(gone));
        assertThat(told()).isEqualTo(early.contains(slot(gone)) ? List.of() : List.of("OFFLINE gone device-3"));
    }

    @Test
    void whileSomethingIsMissedAllTheTimeASlotIsComparedLessAndLessOften() {
        List<Integer> minutes = new ArrayList<>();
        for (int minute = 1; minute <= 70; minute++) {
            registry.events.missed++;
            pass(Duration.ofMinutes(1));
            if (compareAll().contains(0)) {
                minutes.add(minute);
            }
        }
        assertThat(minutes)
                .as("twice as long each time, to once in half an hour")
                .containsExactly(1, 3, 7, 15, 31, 61);
    }

    @Test
    void afterATimeWithNothingMissedThePauseIsShortAgain() {
        pass(Duration.ofMinutes(2));
        registry.events.missed++;
        assertThat(compareAll()).contains(0);
        pass(Duration.ofHours(1));
        assertThat(compareAll()).as("for it was an hour").contains(0);
        registry.events.missed++;
        pass(Duration.ofMinutes(1));
        assertThat(compareAll()).contains(0).as("by slot").doesNotContain(Slot.COUNT - 1);
    }

    private Set<Integer> compareAll() {
        ComparedSlots slots = registry.lane.compared();
        Set<Integer> compared = new HashSet<>();
        for (int slot = slots.next(); slot >= 0; slot = slots.next()) {
            slots.settle(slot, Set.of());
            compared.add(slot);
        }
        return compared;
    }

    @Test
    void whoBeginsToWantItHearsOfThoseWhoAreGoneMeanwhile() {
        registry.events.wanted.clear();
        pass(Duration.ofHours(2));
        assertThat(registry.lane.compared().next()).isNegative();
        registry.events.wanted.add(EventKind.EVENT_OFFLINE);
        registry.events.missed++;
        registry.sweep();
        compare(registry, online(phone(ROOM_1, 1)));
        assertThat(told()).containsExactly("OFFLINE alice phone");
    }

    @Test
    void whoWasParkedWithTheOwnerBeforeIsNotToldByIt() {
        Session session = enter(phone(ROOM_1, 1));
        registry.leave(session);
        told();
        registry.ownsNothing();
        pass(Duration.ofMinutes(5));
        assertThat(told()).isEmpty();
        registry.ownsAll();
        settle(registry, online(session));
        assertThat(told()).containsExactly("OFFLINE alice phone");
    }

    @Test
    void whoLeavesWithoutAStampWhileTheSlotIsOnItsWayMayNeverHaveBeenThere() {
        registry.ownsNothing().ownsAll();
        registry.leave(phone(ROOM_1, 1));
        pass(Duration.ofSeconds(31));
        assertThat(told()).isEmpty();
    }

    @Test
    void whoLeavesWhileTheSlotIsOnItsWayIsOfflineForTheReasonThatTheRoomGave() {
        Session session = enter(phone(ROOM_1, 1));
        told();
        registry.ownsNothing().ownsAll();
        registry.leave(session, EndReason.END_TOKEN_EXPIRED);
        pass(Duration.ofSeconds(30));
        StateEvent offline = last(EventKind.EVENT_OFFLINE);
        assertThat(offline).isNotNull();
        assertThat(offline.getReason()).isEqualTo(EndReason.END_TOKEN_EXPIRED);
        told();
        settle(registry);
        assertThat(told()).isEmpty();
    }
}
