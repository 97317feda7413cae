package io.hawser.register;

import static io.hawser.register.Registry.bind;
import static io.hawser.register.Registry.stamped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.StateEvent;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an app's back end hears of devices whose room is gone, with registers and rooms found through a real ZooKeeper. */
final class RoomLossTest {
    private final RegisterCluster cluster = new RegisterCluster();

    @AfterEach
    void stop() throws Exception {
        cluster.stop();
    }

    private List<StateEvent> told(EventKind kind) {
        return cluster.events.stream().filter(event -> event.getKind() == kind).toList();
    }

    /** Until the register knows what is wanted, nothing is told: so binds that are told show that it does. */
    private Session awaitToldOnline(String user) {
        AtomicInteger binds = new AtomicInteger();
        Session[] last = new Session[1];
        await().until(() -> {
            Session session = bind(user + binds.incrementAndGet(), "user", cluster.me(), binds.get());
            last[0] = stamped(session, cluster.enter(session).getStamp());
            return isTold(EventKind.EVENT_ONLINE, session);
        });
        return last[0];
    }

    private boolean isTold(EventKind kind, Session session) {
        return told(kind).stream().anyMatch(event -> event.getUser().equals(session.getUser()));
    }

    private long users(EventKind kind) {
        return told(kind).stream().map(StateEvent::getUser).distinct().count();
    }

    @Test
    void ofARoomThatIsGoneEachDeviceIsToldOfflineOnceWithTheReason() throws Exception {
        cluster.configure("""
                sessions: {roomGrace: 100ms, sweepEvery: 20ms}
                parking: 300ms
                events: {poll: 20ms}
                """);
        cluster.startCoordinator(new AtomicInteger());
        cluster.startRegister("register-1");
        cluster.pourEverything();
        Session lost = awaitToldOnline("lost");
        // What is told may be told again.
        long online = users(EventKind.EVENT_ONLINE);

        cluster.killRoom();

        await().until(() -> users(EventKind.EVENT_OFFLINE) >= online && isTold(EventKind.EVENT_OFFLINE, lost));
        await().until(() -> cluster.totals("register-1").getSessions() == 0);
        List<StateEvent> offline = told(EventKind.EVENT_OFFLINE);
        assertThat(offline)
                .extracting(StateEvent::getUser)
                .contains(lost.getUser())
                .doesNotHaveDuplicates();
        assertThat(offline).extracting(StateEvent::getReason).containsOnly(EndReason.END_ROOM_LOST);
    }

    @Test
    void whoLeavesIsToldOfflineWithTheReasonThatTheRoomGave() throws Exception {
        cluster.configure("""
                sessions: {sweepEvery: 20ms}
                parking: 100ms
                events: {poll: 20ms}
                """);
        cluster.startCoordinator(new AtomicInteger());
        cluster.startRegister("register-1");
        cluster.pourEverything();
        Session leaving = awaitToldOnline("leaving");

        assertThat(cluster.leave(leaving, EndReason.END_SILENT).getRemoved()).isTrue();

        await().until(() -> !told(EventKind.EVENT_OFFLINE).isEmpty());
        StateEvent offline = told(EventKind.EVENT_OFFLINE).getFirst();
        assertThat(offline.getUser()).isEqualTo(leaving.getUser());
        assertThat(offline.getReason()).isEqualTo(EndReason.END_SILENT);
        assertThat(offline.getStamp()).isEqualTo(leaving.getStamp());
    }
}
