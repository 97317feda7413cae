package io.hawser.register;

import static io.hawser.register.Registry.bind;
import static io.hawser.register.Registry.room;
import static io.hawser.register.Registry.stamped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who is bound where, by binds, leaves and the ends of rooms. */
final class LaneSessionsTest {
    private static final Peer ROOM_1 = room("room-1", 1);
    private static final Peer ROOM_2 = room("room-2", 2);

    @Test
    void whatEnteredIsFoundAsItWasTold() {
        Registry registry = new Registry().ownsAll();
        Session bound = bind("alice", "device:device-7", ROOM_1, 7).toBuilder()
                .setDeviceClass("phone")
                .setClientVersion("hawser-java/0.1.0")
                .setInstallationNonce(ByteString.copyFromUtf8("12345678"))
                .build();

        EnterReply entered = registry.enter(bound);

        assertThat(registry.lookup(bound).getSessionsList()).containsExactly(stamped(bound, entered.getStamp()));
    }

    @Test
    void aNewerBindOfTheMailboxReplacesTheOlderAndHasItKicked() {
        Registry registry = new Registry().ownsAll();
        Session older = bind("alice", "user", ROOM_1, 1);
        Session newer = bind("alice", "user", ROOM_2, 2);

        Stamp olderStamp = registry.enter(older).getStamp();
        EnterReply entered = registry.enter(newer);

        assertThat(entered.getReplaced()).isEqualTo(1);
        assertThat(registry.lookup(newer).getSessionsList()).containsExactly(stamped(newer, entered.getStamp()));
        Kick kick = registry.kicks.getFirst();
        assertThat(registry.kicks).hasSize(1);
        assertThat(kick.getSession()).isEqualTo(stamped(older, olderStamp));
        assertThat(kick.getCause()).isEqualTo(KickCause.KICK_REPLACED);
        assertThat(kick.getSameInstallation()).isFalse();
    }

    @Test
    void theKickTellsWhetherTheNewerIsTheSameInstallation() {
        Registry registry = new Registry().ownsAll();
        ByteString nonce = ByteString.copyFromUtf8("12345678");
        Session older = bind("alice", "user", ROOM_1, 1);

        registry.enter(older.toBuilder().setInstallationNonce(nonce).build());
        registry.enter(bind("alice", "user", ROOM_2, 2).toBuilder()
                .setInstallationNonce(nonce)
                .build());
        registry.enter(bind("alice", "user", ROOM_2, 3));

        assertThat(registry.kicks).extracting(Kick::getSameInstallation).containsExactly(true, false);
    }

    @Test
    void mailboxesOfAUserStandSideBySide() {
        Registry registry = new Registry().ownsAll();
        registry.enter(bind("alice", "class:phone", ROOM_1, 1));
        registry.enter(bind("alice", "class:desktop", ROOM_2, 2));
        Session byDevice = bind("alice", "device:device-3", ROOM_2, 3);
        registry.enter(byDevice);

        assertThat(registry.lookup(byDevice).getSessionsCount()).isEqualTo(3);
        assertThat(registry.kicks).isEmpty();
    }

    @Test
    void theSameBindToldAgainKeepsItsStamp() {
        Registry registry = new Registry().ownsAll();
        Session bound = bind("alice", "user", ROOM_1, 1);

        EnterReply first = registry.enter(bound);
        EnterReply again = registry.enter(bound);

        assertThat(again.getStamp()).isEqualTo(first.getStamp());
        assertThat(registry.kicks).isEmpty();
    }

    @Test
    void anotherBindInTheSamePlaceGetsAStampAndKicksNobody() {
        Registry registry = new Registry().ownsAll();
        Session bound = bind("alice", "user", ROOM_1, 1);
        Session rebound = bound.toBuilder().setBoundMs(99).build();

        Stamp first = registry.enter(bound).getStamp();
        EnterReply entered = registry.enter(rebound);

        assertThat(entered.getStamp()).isNotEqualTo(first);
        assertThat(registry.kicks).isEmpty();
        assertThat(registry.leave(stamped(bound, first))).isFalse();
        assertThat(registry.leave(stamped(rebound, entered.getStamp()))).isTrue();
    }

    @Test
    void aStaleLeaveRemovesNothing() {
        Registry registry = new Registry().ownsAll();
        Session older = bind("alice", "user", ROOM_1, 1);
        Session newer = bind("alice", "user", ROOM_2, 2);
        Stamp olderStamp = registry.enter(older).getStamp();
        registry.enter(newer);

        assertThat(registry.leave(stamped(older, olderStamp))).isFalse();
        assertThat(registry.lookup(newer).getSessionsCount()).isEqualTo(1);
    }

    @Test
    void aRoomThatNeverHeardTheStampTakesOutTheBindThatItTold() {
        Registry registry = new Registry().ownsAll();
        Session bound = bind("alice", "user", ROOM_1, 1);
        registry.enter(bound);

        assertThat(registry.leave(bound)).isTrue();
        assertThat(registry.lookup(bound).getSessionsCount()).isZero();
        assertThat(registry.leave(bound)).isFalse();
    }

    @Test
    void withoutAStampAnotherBindStays() {
        Registry registry = new Registry().ownsAll();
        Session bound = bind("alice", "user", ROOM_1, 1);
        Session rebound = bound.toBuilder().setBoundMs(99).build();
        Session elsewhere = bind("bob", "user", ROOM_2, 1);
        registry.enter(rebound);
        registry.enter(elsewhere);

        assertThat(registry.leave(bound)).isFalse();
        assertThat(registry.leave(bind("bob", "user", ROOM_1, 1))).isFalse();
        assertThat(registry.lookup(rebound).getSessionsCount()).isEqualTo(1);
        assertThat(registry.lookup(elsewhere).getSessionsCount()).isEqualTo(1);
    }

    @Test
    void whoPushedAndFoundNobodyTakesOutThatSessionAlone() {
        Registry registry = new Registry().ownsAll();
        Session older = bind("alice", "user", ROOM_1, 1);
        Session newer = bind("alice", "user", ROOM_2, 2);
        Stamp olderStamp = registry.enter(older).getStamp();
        Stamp newerStamp = registry.enter(newer).getStamp();

        assertThat(registry.notHere(stamped(older, olderStamp))).isFalse();
        assertThat(registry.notHere(stamped(newer, olderStamp))).isFalse();
        assertThat(registry.lookup(newer).getSessionsCount()).isEqualTo(1);
        assertThat(registry.notHere(stamped(newer, newerStamp))).isTrue();
        assertThat(registry.lookup(newer).getSessionsCount()).isZero();
    }

    @Test
    void whoPushesInVainIsNoSignOfLifeOfARoomThatVanished() {
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1);
        Session asked = bind("alice", "user", ROOM_1, 1);
        Session other = bind("bob", "user", ROOM_1, 2);
        Stamp stamp = registry.enter(asked).getStamp();
        registry.enter(other);
        registry.seesRooms();

        registry.pass(Duration.ofSeconds(29));
        registry.notHere(stamped(asked, stamp));
        registry.pass(Duration.ofSeconds(1));
        registry.sweep();

        assertThat(registry.lookup(other).getSessionsCount()).isZero();
    }

    @Test
    void sessionsOfARoomThatVanishedAreSweptAfterTheGrace() {
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1, ROOM_2);
        Session lost = bind("alice", "user", ROOM_1, 1);
        Session kept = bind("bob", "user", ROOM_2, 2);
        registry.enter(lost);
        registry.enter(kept);

        registry.seesRooms(ROOM_2);
        registry.pass(Duration.ofSeconds(29));
        registry.sweep();
        assertThat(registry.lookup(lost).getSessionsCount()).isEqualTo(1);

        registry.pass(Duration.ofSeconds(1));
        registry.sweep();
        assertThat(registry.lookup(lost).getSessionsCount()).isZero();
        assertThat(registry.lookup(kept).getSessionsCount()).isEqualTo(1);
        assertThat(registry.lane.totals("demo").getSessions()).isEqualTo(1);
    }

    @Test
    void aRoomThatReturnsWithinTheGraceKeepsItsSessions() {
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1);
        Session bound = bind("alice", "user", ROOM_1, 1);
        registry.enter(bound);

        registry.seesRooms();
        registry.pass(Duration.ofSeconds(20));
        registry.seesRooms(ROOM_1);
        registry.pass(Duration.ofSeconds(20));
        registry.sweep();

        assertThat(registry.lookup(bound).getSessionsCount()).isEqualTo(1);
    }

    @Test
    void aBindElsewhereReplacesTheSessionOfAVanishedRoomAtOnce() {
        Registry registry = new Registry().ownsAll().seesRooms(ROOM_1, ROOM_2);
        registry.enter(bind("alice", "user", ROOM_1, 1));
        registry.seesRooms(ROOM_2);

        Session returned = bind("alice", "user", ROOM_2, 2);
        Stamp stamp = registry.enter(returned).getStamp();

        assertThat(registry.lookup(returned).getSessionsList()).containsExactly(stamped(returned, stamp));
    }

    @Test
    void sessionsAreCapped() {
        Registry registry = new Registry(Registry.limits(2, 1)).ownsAll();
        registry.enter(bind("alice", "class:phone", ROOM_1, 1));
        assertThatThrownBy(() -> registry.enter(bind("alice", "class:desktop", ROOM_1, 2)))
                .satisfies(failure -> assertCode(failure, ErrorCode.RESOURCE_EXHAUSTED));
        registry.enter(bind("bob", "user", ROOM_1, 3));
        assertThatThrownBy(() -> registry.enter(bind("carol", "user", ROOM_1, 4)))
                .satisfies(failure -> assertCode(failure, ErrorCode.RESOURCE_EXHAUSTED));

        assertThat(registry.enter(bind("bob", "user", ROOM_2, 5)).getReplaced()).isEqualTo(1);
    }

    private static void assertCode(Throwable failure, ErrorCode code) {
        assertThat(((HawserException) failure).code()).isEqualTo(code);
    }
}
