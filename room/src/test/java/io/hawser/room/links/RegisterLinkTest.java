package io.hawser.room.links;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hawser.room.SettableMembership;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of sessions whose register is lost, or is none. */
final class RegisterLinkTest {
    private static final Session SESSION =
            Session.newBuilder().setApp("demo").setUser("alice").build();
    private static final Session STAMPED =
            SESSION.toBuilder().setStamp(Stamp.newBuilder().setCounter(1)).build();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RegisterOwners owners = new RegisterOwners();
    private final LinkServer register = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
            .handle(RegisterGrpc.getEnterMethod(), (request, caller) -> {
                owners.moveTo(new Membership.View(2, List.of()));
                return CompletableFuture.completedFuture(EnterReply.getDefaultInstance());
            })
            .start("127.0.0.1", 0);
    private final SettableMembership members = new SettableMembership();
    private final LinkClient client =
            new LinkClient("room/room-1", "register", members, LinkSettings.defaults(), registry);
    private final Leaves leaves = new Leaves(client, owners, () -> Duration.ofSeconds(10), registry);
    private final RegisterLink link = new RegisterLink(client, owners, () -> Duration.ofSeconds(10), leaves);

    @BeforeEach
    void oneRegister() {
        members.set(new Peer("register", "register-1", "127.0.0.1", register.port(), 1, ""));
    }

    @AfterEach
    void close() {
        client.close();
        register.close();
    }

    private ErrorCode enter() {
        CompletionException failure = catchThrowableOfType(
                CompletionException.class, () -> link.enter(SESSION).join());
        return failure.getCause() instanceof HawserException refusal ? refusal.code() : ErrorCode.INTERNAL;
    }

    @Test
    void whereNoRegisterIsAliveTheSessionIsCertainlyNotEntered() {
        assertThat(enter()).isEqualTo(ErrorCode.NOT_OWNER);
    }

    @Test
    void whereTheOwnerLostTheSlotWhileItAnsweredTheSessionMayBeEntered() {
        owners.moveTo(members.view());
        assertThat(enter()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void leavesWithoutAStampTakeNoMoreThanHalfOfThePlaces() {
        leave(SESSION, 40_000);
        assertThat(waiting()).isEqualTo(32_768);
        leave(STAMPED, 32_768);
        assertThat(waiting()).isEqualTo(65_536);
        assertThat(registry.get("hawser.room.leaves.dropped").counter().count()).isEqualTo(40_000 - 32_768);
    }

    private void leave(Session session, int times) {
        for (int i = 0; i < times; i++) {
            link.leave(session, EndReason.END_UNBOUND, 0);
        }
    }

    private double waiting() {
        return registry.get("hawser.room.leaves.waiting").gauge().value();
    }
}
