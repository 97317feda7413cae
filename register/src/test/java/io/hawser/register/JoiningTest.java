package io.hawser.register;

import static io.hawser.register.Registry.bind;
import static io.hawser.register.Registry.register;
import static io.hawser.register.Registry.room;
import static io.hawser.register.Registry.slot;
import static io.hawser.register.Registry.stamped;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;
import io.hawser.rpc.v1.HandedSlot;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Whereabouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Registers that join one right after the other: a slot is on its way to the first when it becomes the second's. */
final class JoiningTest {
    private static final Peer ROOM = room("room-1", 1);
    private static final Peer A = register("register-a", 1);
    private static final Peer B = register("register-b", 2);
    private static final Peer C = register("register-c", 3);

    private final Map<Peer, Registry> registers = Map.of(A, joined(A), B, joined(B), C, joined(C));
    private final Registry first = of(A);
    private final Registry second = of(B);
    private final Registry third = of(C);
    /** First's, would be the second's without the third, and is the third's. */
    private final Session alice =
            bind(user(name -> B.equals(owner(name, A, B)) && C.equals(owner(name, A, B, C))), "user", ROOM, 1);

    private static Registry joined(Peer me) {
        return new Registry(Registry.limits(1_000_000, 64), me).seesRooms(ROOM);
    }

    private Registry of(Peer register) {
        return Objects.requireNonNull(registers.get(register));
    }

    private static String user(Predicate<String> fits) {
        return IntStream.iterate(0, n -> n + 1)
                .mapToObj(n -> "user-" + n)
                .filter(fits)
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable Peer owner(String user, Peer... registers) {
        return SlotTable.of(new Membership.View(1, List.of(registers))).owner(Slot.of("demo", user));
    }

    private Session held() {
        first.sees(100, A);
        Session held = enter(first, alice);
        first.pourAll(ROOM, held);
        return held;
    }

    @Test
    void theSecondIsToldWhatWasMeantForTheFirst() {
        Session held = held();
        first.sees(101, A, B);
        first.sees(102, A, B, C);
        second.sees(102, A, B, C);
        third.sees(102, A, B, C);
        assertThat(third.lane.predecessors().of(slot(alice))).isEqualTo(B);

        Whereabouts answer = look(third);
        assertThat(answer.getSessionsList()).containsExactly(held);
        assertThat(answer.getUnknownRoomsList()).isEmpty();

        handOver(A, C);
        assertThat(third.lookup(alice).getSessionsList()).containsExactly(held);
        assertThat(third.lookup(alice).getUnknownRoomsList()).isEmpty();
    }

    @Test
    void whoJoinsAsksNobodyWhoCameAfterIt() {
        String whose = user(name -> B.equals(owner(name, A, B, C)) && C.equals(owner(name, A, C)));

        second.sees(102, A, B, C);

        assertThat(second.lane.predecessors().of(Slot.of("demo", whose))).isEqualTo(A);
    }

    @Test
    void whatTheOneBetweenTookByItselfIsNotMissed() {
        Session held = held();
        first.sees(101, A, B);
        second.sees(101, A, B);
        Session phone = enter(second, bind(alice.getUser(), "class:phone", ROOM, 2));
        registers.values().forEach(register -> register.sees(102, A, B, C));

        Whereabouts answer = look(third);
        assertThat(answer.getSessionsList()).containsExactlyInAnyOrder(held, phone);
        assertThat(answer.getUnknownRoomsList()).isEmpty();

        assertHeardInTurn(held, phone);
    }

    /** A lane that is busy takes the newest view, and not each. */
    @Test
    void whatTheOneBetweenTookIsNotMissedThoughTheFirstNeverSawIt() {
        Session held = held();
        second.sees(101, A, B);
        Session phone = enter(second, bind(alice.getUser(), "class:phone", ROOM, 2));
        registers.values().forEach(register -> register.sees(102, A, B, C));

        assertHeardInTurn(held, phone);
    }

    @Test
    void whatTheOneBetweenWasToldComesFromIt() {
        Session held = held();
        first.sees(101, A, B);
        second.sees(101, A, B);
        assertThat(handOver(A, B)).isEmpty();
        registers.values().forEach(register -> register.sees(102, A, B, C));

        assertThat(handOver(B, C)).isEmpty();

        assertThat(third.lookup(alice).getSessionsList()).containsExactly(held);
        assertThat(third.lookup(alice).getUnknownRoomsList()).isEmpty();
    }

    /** The one between was never told of the session, and so has nothing to take out. */
    @Test
    void whoLeftAtTheOneBetweenDoesNotComeBackWithWhatTheFirstTells() {
        Session held = held();
        first.sees(101, A, B);
        second.sees(101, A, B);
        second.leave(held);
        registers.values().forEach(register -> register.sees(102, A, B, C));

        assertThat(handOver(B, C)).isEmpty();
        assertThat(handOver(A, C)).isEmpty();

        assertThat(third.lookup(alice)).isEqualTo(Whereabouts.getDefaultInstance());
        third.pourAll(ROOM);
        assertThat(third.lane.size()).isZero();
    }

    /** What the room told the one between is newer than what the first knows. */
    @Test
    void whoHadLeftWhenTheRoomToldTheOneBetweenDoesNotComeBackEither() {
        Session held = held();
        first.sees(101, A, B);
        second.sees(101, A, B);
        second.leave(held);
        second.pourAll(ROOM);
        registers.values().forEach(register -> register.sees(102, A, B, C));

        assertThat(handOver(B, C)).isEmpty();
        assertThat(handOver(A, C)).isEmpty();

        assertThat(third.lookup(alice)).isEqualTo(Whereabouts.getDefaultInstance());
    }

    @Test
    void whereTheOneBetweenDoesNotAnswerTheFirstIsAskedAndNobodyIsTakenForOffline() {
        Session held = held();
        first.sees(101, A, B);
        second.sees(101, A, B);
        Session phone = enter(second, bind(alice.getUser(), "class:phone", ROOM, 2));
        registers.values().forEach(register -> register.sees(102, A, B, C));

        third.lane.predecessors().forget(B);

        assertThat(third.lane.predecessors().of(slot(alice))).isEqualTo(A);
        Whereabouts answer = look(third);
        assertThat(answer.getSessionsList()).containsExactly(held);
        assertThat(answer.getUnknownRoomsList()).containsExactly("room-1");
        assertHeardInTurn(held, phone);
    }

    @Test
    void whatWasMeantForOneThatIsGoneIsLeftToTheRooms() {
        held();
        String whose = user(name -> B.equals(owner(name, A, B)) && C.equals(owner(name, A, C)));
        first.sees(101, A, B);
        first.sees(102, A, C);
        third.sees(102, A, C);

        handOver(A, C);

        assertThat(third.lookup(bind(whose, "user", ROOM, 1)).getUnknownRoomsList())
                .containsExactly("room-1");
    }

    /** The third hears the second first, and then the first: whom they held between them. */
    private void assertHeardInTurn(Session... held) {
        assertThat(handOver(A, C)).contains(slot(alice));
        assertThat(third.lookup(alice).getUnknownRoomsList()).containsExactly("room-1");

        assertThat(handOver(B, C)).isEmpty();
        assertThat(handOver(A, C)).isEmpty();
        assertThat(third.lookup(alice).getSessionsList()).containsExactlyInAnyOrder(held);
        assertThat(third.lookup(alice).getUnknownRoomsList()).isEmpty();
    }

    private static Session enter(Registry at, Session session) {
        return stamped(session, at.enter(session).getStamp());
    }

    /** As a look-up does: asks those before, one after the other. */
    private Whereabouts look(Registry at) {
        int slot = slot(alice);
        Whereabouts told = null;
        Peer asked = at.lane.predecessors().of(slot);
        while (asked != null) {
            Whereabouts theirs = of(asked).lane.lookups().asOwnerBefore(C.name(), slot, "demo", alice.getUser());
            if (!theirs.getNotOwner() || theirs.getUnknownRoomsCount() > 0) {
                told = told == null ? theirs : OwnersBefore.combined(told, theirs, _ -> false);
            }
            asked = at.lane.predecessors().after(slot, asked, theirs);
        }
        return at.lane.lookups().with(told, slot, "demo", alice.getUser());
    }

    /** Offers all that there is for the other once. Returns the slots that it did not take. */
    private List<Integer> handOver(Peer from, Peer to) {
        List<Integer> refused = new ArrayList<>();
        Leaving leaving = of(from).lane.leaving();
        int offers = 100;
        for (Leaving.Parcel parcel = leaving.next(1_000, 64);
                parcel != null && offers > 0;
                parcel = leaving.next(1_000, 64), offers--) {
            List<Integer> ofThis = refusedBy(to, parcel, from);
            if (parcel.to().equals(to)) {
                refused.addAll(ofThis);
            }
            leaving.taken(parcel, ofThis);
            of(from).pass(Duration.ofSeconds(1));
        }
        return refused;
    }

    private List<Integer> refusedBy(Peer to, Leaving.Parcel parcel, Peer from) {
        return parcel.to().equals(to)
                ? parcel.request().getSlotsList().stream()
                        .filter(handed -> !of(to).lane.pours().takeOver(handed, parcel.request(), from.name()))
                        .map(HandedSlot::getSlot)
                        .toList()
                : parcel.slots();
    }
}
