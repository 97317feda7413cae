package io.hawser.coordinator.kick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.kick.CourierSettings;
import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.EndBindingReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.KickUserReply;
import io.hawser.rpc.v1.KickUserRequest;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Kicks of users, between a register and a room of the test's own, on real sockets. */
class UserKicksTest {
    private final Queue<Kick> ended = new ConcurrentLinkedQueue<>();
    private final AtomicInteger roomFailures = new AtomicInteger();
    private volatile Whereabouts where = Whereabouts.newBuilder()
            .addSessions(session("phone", 5))
            .addSessions(session("pc", 6))
            .build();

    private final LinkServer register = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
            .handle(
                    RegisterGrpc.getLookupMethod(),
                    (request, caller) -> CompletableFuture.completedFuture(
                            LookupReply.newBuilder().addUsers(where).build()))
            .start("127.0.0.1", 0);
    private final LinkServer room = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
            .handle(RoomGrpc.getEndBindingMethod(), (kick, caller) -> {
                if (roomFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw HawserException.refusal(ErrorCode.UNAVAILABLE, "room: busy");
                }
                ended.add(kick);
                return CompletableFuture.completedFuture(
                        EndBindingReply.newBuilder().setEnded(true).build());
            })
            .start("127.0.0.1", 0);
    private final LinkClient registers = linkTo("register", register);
    private final LinkClient rooms = linkTo("room", room);
    private final Kicks kicks = new Kicks(CourierSettings.defaults(), rooms, new SimpleMeterRegistry());
    private final UserKicks userKicks = new UserKicks(registers, kicks, () -> Duration.ofSeconds(5));

    @AfterEach
    void stopAll() {
        kicks.close();
        rooms.close();
        registers.close();
        room.close();
        register.close();
    }

    @Test
    void allSessionsOfAUserAreEnded() {
        KickUserReply reply = kick(request().setDetail("enough"));

        assertThat(reply.getKickedList()).extracting(Session::getDevice).containsExactly("phone", "pc");
        assertThat(ended).hasSize(2).allSatisfy(kick -> {
            assertThat(kick.getCause()).isEqualTo(KickCause.KICK_BY_APP);
            assertThat(kick.getDetail()).isEqualTo("enough");
        });
    }

    @Test
    void aDeviceAloneIsMeant() {
        assertThat(kick(request().setDevice("pc")).getKickedList())
                .extracting(Session::getDevice)
                .containsExactly("pc");
        assertThat(ended).hasSize(1);
    }

    @Test
    void aConnectionAloneIsMeant() {
        assertThat(kick(request().setRoom("room-1").setConnection(5)).getKickedList())
                .extracting(Session::getDevice)
                .containsExactly("phone");
        assertThat(kick(request().setRoom("room-2").setConnection(6)).getKickedList())
                .isEmpty();
    }

    @Test
    void aUserWhoIsNowhereIsNoError() {
        where = Whereabouts.newBuilder().addUnknownRooms("room-9").build();
        KickUserReply reply = kick(request());
        assertThat(reply.getKickedList()).isEmpty();
        assertThat(reply.getUnknownRoomsList()).containsExactly("room-9");
    }

    @Test
    void aRoomThatDoesNotConfirmIsAskedOnAndTheCallerIsTold() {
        roomFailures.set(1);
        assertThat(refusal(request().setDevice("pc"))).isEqualTo(ErrorCode.UNAVAILABLE);
        await().until(() -> ended.size() == 1);
    }

    @Test
    void aRegisterThatDoesNotOwnTheUserIsToldOf() {
        where = Whereabouts.newBuilder().setNotOwner(true).build();
        assertThat(refusal(request())).isEqualTo(ErrorCode.NOT_OWNER);
    }

    @TestFactory
    Stream<DynamicTest> whatIsWrongIsRefused() {
        return Stream.of(
                bad("no app", request().setApp("")),
                bad("no user", request().setUser("")),
                bad("no cause", request().setCause(KickCause.KICK_CAUSE_UNSPECIFIED)),
                bad("a room without a connection", request().setRoom("room-1")),
                bad("a connection without a room", request().setConnection(5)));
    }

    private DynamicTest bad(String what, KickUserRequest.Builder request) {
        return DynamicTest.dynamicTest(what, () -> assertThat(refusal(request)).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    private KickUserReply kick(KickUserRequest.Builder request) {
        try {
            return userKicks
                    .kick(request.build(), new Caller("center/center-1", "demo", Long.MAX_VALUE))
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw (HawserException) e.getCause();
        }
    }

    private ErrorCode refusal(KickUserRequest.Builder request) {
        return catchThrowableOfType(HawserException.class, () -> kick(request)).code();
    }

    private static KickUserRequest.Builder request() {
        return KickUserRequest.newBuilder().setApp("demo").setUser("alice").setCause(KickCause.KICK_BY_APP);
    }

    private static Session session(String device, long connection) {
        return Session.newBuilder()
                .setApp("demo")
                .setUser("alice")
                .setDevice(device)
                .setLocation(Location.newBuilder()
                        .setRoom("room-1")
                        .setRoomIncarnation(1)
                        .setConnection(connection)
                        .setBinding(1))
                .setStamp(Stamp.newBuilder().setMembershipVersion(1).setCounter(connection))
                .build();
    }

    private static LinkClient linkTo(String service, LinkServer server) {
        Membership.View view =
                new Membership.View(1, List.of(new Peer(service, service + "-1", "127.0.0.1", server.port(), 1, "")));
        Membership fixed = new Membership() {
            @Override
            public View view() {
                return view;
            }

            @Override
            public AutoCloseable onChange(Consumer<View> listener) {
                listener.accept(view);
                return () -> {};
            }
        };
        return new LinkClient(
                "coordinator/coordinator-1", service, fixed, LinkSettings.defaults(), new SimpleMeterRegistry());
    }
}
