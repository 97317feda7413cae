package io.hawser.saver.owed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.LeaveReply;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pusher over real links, to a register and a room that say what the test wants. */
final class RoomPusherTest {
    private static final Session ALICE = Session.newBuilder()
            .setApp("demo")
            .setUser("alice")
            .setDevice("d1")
            .setMailbox("user")
            .setLocation(Location.newBuilder()
                    .setRoom("room-1")
                    .setRoomIncarnation(7)
                    .setConnection(5)
                    .setBinding(1))
            .setStamp(Stamp.newBuilder().setMembershipVersion(3).setCounter(9))
            .build();

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Queue<PushRequest> pushes = new ConcurrentLinkedQueue<>();
    private final Queue<LeaveRequest> leaves = new ConcurrentLinkedQueue<>();
    private volatile PushOutcome outcome = PushOutcome.WRITTEN;
    private volatile Whereabouts whereabouts =
            Whereabouts.newBuilder().addSessions(ALICE).build();

    private final RoomPusher pusher =
            new RoomPusher(linkTo("register", startRegister()), linkTo("room", startRoom()), Duration.ofSeconds(5));

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void theRoomIsToldThatThereIsSomethingToLoad() {
        assertThat(push()).isTrue();
        assertThat(pushes).hasSize(1);
        assertThat(pushes.element().getLocation()).isEqualTo(ALICE.getLocation());
        assertThat(pushes.element().getContent().isEmpty()).isTrue();
        assertThat(leaves).isEmpty();
    }

    @Test
    void aSessionThatItsRoomDoesNotHaveIsToldToTheRegisterAndNothingIsOwedToIt() {
        outcome = PushOutcome.NOT_HERE;
        assertThat(push()).isTrue();
        await().until(() -> leaves.size() == 1);
        assertThat(leaves.element())
                .isEqualTo(LeaveRequest.newBuilder()
                        .setSession(ALICE)
                        .setByPusher(true)
                        .build());
    }

    @Test
    void aRoomThatIsBehindKeepsItsSession() {
        outcome = PushOutcome.BEHIND;
        assertThat(push()).isTrue();
        assertThat(leaves).isEmpty();
    }

    @Test
    void nobodyIsAskedBeforeTheRegisterKnowsAll() {
        whereabouts = whereabouts.toBuilder().addUnknownRooms("room-1").build();
        assertThat(push()).isFalse();
        assertThat(pushes).isEmpty();
    }

    @Test
    void theMailboxesThatAreReadAreThoseOfTheSessions() {
        assertThat(mailboxesRead()).containsExactly("user");
        whereabouts = Whereabouts.getDefaultInstance();
        assertThat(mailboxesRead()).isEmpty();
    }

    @Test
    void whoReadsIsNotKnownBeforeTheRegisterKnowsAll() {
        whereabouts = Whereabouts.newBuilder().addUnknownRooms("room-1").build();
        assertThatThrownBy(this::mailboxesRead).hasRootCauseInstanceOf(HawserException.class);
    }

    private Set<String> mailboxesRead() {
        return pusher.mailboxesRead("demo", "alice").toCompletableFuture().join();
    }

    private boolean push() {
        return pusher.push("demo", "alice", 4_294_967_297L)
                .toCompletableFuture()
                .join();
    }

    private int startRegister() {
        return started(LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(
                        RegisterGrpc.getLookupMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(
                                LookupReply.newBuilder().addUsers(whereabouts).build()))
                .handle(RegisterGrpc.getLeaveMethod(), (request, caller) -> {
                    leaves.add(request);
                    return CompletableFuture.completedFuture(
                            LeaveReply.newBuilder().setRemoved(true).build());
                }));
    }

    private int startRoom() {
        return started(LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(RoomGrpc.getPushMethod(), (request, caller) -> {
                    pushes.add(request);
                    return CompletableFuture.completedFuture(
                            PushReply.newBuilder().setOutcome(outcome).build());
                }));
    }

    private int started(LinkServer.Builder builder) {
        LinkServer server = builder.start("127.0.0.1", 0);
        opened.push(server);
        return server.port();
    }

    private LinkClient linkTo(String service, int port) {
        Peer peer = new Peer(service, service + "-1", "127.0.0.1", port, 7, "");
        LinkClient link = new LinkClient(
                "saver/saver-1",
                service,
                new Alone(new Membership.View(1, List.of(peer))),
                LinkSettings.defaults(),
                new SimpleMeterRegistry());
        opened.push(link);
        return link;
    }

    /** A membership that never changes. */
    private record Alone(View view) implements Membership {
        @Override
        public AutoCloseable onChange(Consumer<View> listener) {
            listener.accept(view);
            return () -> {};
        }
    }
}
