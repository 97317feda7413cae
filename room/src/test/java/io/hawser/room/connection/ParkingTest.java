package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.room.overload.Level;
import io.hawser.rpc.v1.EndReason;
import io.hawser.wire.FrameType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** For whom there is a place among the parked, and who has to go. */
final class ParkingTest {
    private static ConnectionConfig holding(int connections) {
        return Desk.config("{parking: {maxConnections: " + connections + "}}");
    }

    private static ByteString bindsAndDrops(Desk desk, String app, String user) {
        ByteString token = binds(desk, app, user);
        desk.close();
        return token;
    }

    private static ByteString binds(Desk desk, String app, String user) {
        ByteString token = desk.comesAgain(Desk.hello().build()).getResumeToken();
        desk.binds(app, user);
        return token;
    }

    private static boolean resumes(Desk desk, ByteString token) {
        return desk.comesAgain(desk.resumes(0).setResumeToken(token).build()).getResumed()
                && desk.next(FrameType.BOUND) != null;
    }

    private static double parkedBytesOfOne() {
        Desk desk = new Desk();
        bindsAndDrops(desk, "demo", "alice");
        return desk.parkedBytes();
    }

    @Test
    void beyondTheNumberTheOldestGoes() {
        Desk desk = new Desk(holding(2));
        ByteString first = bindsAndDrops(desk, "demo", "alice");
        ByteString second = bindsAndDrops(desk, "demo", "bob");
        ByteString third = bindsAndDrops(desk, "demo", "carol");
        assertThat(desk.sessions.left).extracting("user_").containsExactly("alice");
        assertThat(desk.sessions.reasons).containsExactly(EndReason.END_CONNECTION_LOST);
        assertThat(resumes(desk, first)).isFalse();
        assertThat(resumes(desk, second)).isTrue();
        assertThat(resumes(desk, third)).isTrue();
    }

    @Test
    void beyondTheBytesTheOldestGoes() {
        Desk desk = new Desk(Desk.config("{parking: {maxBytes: " + (int) (2 * parkedBytesOfOne() + 1) + "B}}"));
        ByteString first = bindsAndDrops(desk, "demo", "alice");
        ByteString second = bindsAndDrops(desk, "demo", "bob");
        bindsAndDrops(desk, "demo", "carol");
        assertThat(resumes(desk, first)).isFalse();
        assertThat(resumes(desk, second)).isTrue();
    }

    @Test
    void nothingIsHeldOfThoseWhoAreGone() {
        Desk desk = new Desk(holding(2));
        desk.close();
        for (int i = 0; i < 10; i++) {
            bindsAndDrops(desk, i % 2 == 0 ? "demo" : "shop", "user-" + i);
        }
        assertThat(desk.parkedBytes()).isEqualTo(2 * parkedBytesOfOne());
        desk.pass(Duration.ofSeconds(31));
        assertThat(desk.parkedBytes()).isZero();
        assertThat(desk.sessions.left).hasSize(10);
        assertThat(desk.loop.members().connections()).isEmpty();
    }

    @Test
    void aLimitThatIsLoweredALongWayIsComeToInSteps() {
        Desk desk = new Desk();
        for (int i = 0; i < 100; i++) {
            bindsAndDrops(desk, "demo", "user-" + i);
        }
        desk.loop.configure(holding(10));
        desk.settle();
        bindsAndDrops(desk, "demo", "alice");
        assertThat(desk.sessions.left).hasSize(64);
        bindsAndDrops(desk, "demo", "bob");
        assertThat(desk.sessions.left).hasSize(92);
    }

    /** Rule R7: one app's flood never takes another's share. */
    @Test
    void howeverManyOfAnAppDropTheyTakeNobodysPlaceOfAnother() {
        Desk desk = new Desk(holding(4));
        ByteString other = bindsAndDrops(desk, "shop", "alice");
        List<ByteString> flood = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            flood.add(bindsAndDrops(desk, "demo", "user-" + i));
        }
        assertThat(resumes(desk, other)).isTrue();
        assertThat(flood.stream().filter(token -> resumes(desk, token)).count()).isEqualTo(3);
        assertThat(resumes(desk, flood.getLast())).isFalse();
    }

    @Test
    void whoIsBackBeforeAnyoneNoticedTakesNobodysPlace() {
        Desk desk = new Desk(holding(1));
        ByteString away = bindsAndDrops(desk, "demo", "alice");
        ByteString dead = binds(desk, "demo", "bob");
        assertThat(resumes(desk, dead)).isTrue();
        assertThat(desk.sessions.left).isEmpty();
        assertThat(resumes(desk, away)).isTrue();
    }

    @Test
    void aShorterTimeHoldsForThoseThatDropFromThenOn() {
        Desk desk = new Desk();
        ByteString before = bindsAndDrops(desk, "demo", "alice");
        desk.loop.configure(Desk.config("{parking: {time: 0s}}"));
        desk.settle();
        binds(desk, "demo", "bob");
        desk.close();
        assertThat(desk.sessions.left).extracting("user_").containsExactly("bob");
        assertThat(resumes(desk, before)).isTrue();
    }

    // A room that is short of memory, or stops.

    @Test
    void thoseWhoAreAwayGoBeforeAnybodyWhoIsHere() {
        Desk desk = new Desk();
        bindsAndDrops(desk, "demo", "alice");
        binds(desk, "demo", "bob");
        desk.loop.strain(Level.CRITICAL);
        desk.loop.shed(Level.CRITICAL, 1);
        desk.settle();
        assertThat(desk.sessions.left).extracting("user_").containsExactly("alice");
        assertThat(desk.channel.isOpen()).isTrue();
        assertThat(desk.isSilent()).isTrue();
        desk.close();
        assertThat(desk.sessions.left).extracting("user_").containsExactly("alice", "bob");
    }

    @Test
    void thoseWhoAreAwayGoWhenTheRoomIsEmptied() {
        Desk desk = new Desk().boundToReturn(0, 0);
        desk.close();
        var _ = desk.admission.drain(Duration.ofSeconds(1));
        desk.loop.drain(new DrainPlan(1_000, Duration.ZERO, Duration.ZERO, Duration.ZERO, List::of));
        desk.settle();
        assertThat(desk.sessions.reasons).containsExactly(EndReason.END_ROOM_STOPPED);
        assertThat(desk.loop.members().connections()).isEmpty();
    }

    @Test
    void thoseWhoAreAwayLeaveWhenTheRoomStops() {
        Desk desk = new Desk().boundToReturn(0, 0);
        desk.close();
        desk.loop.close();
        assertThat(desk.sessions.reasons).containsExactly(EndReason.END_ROOM_STOPPED);
    }
}
