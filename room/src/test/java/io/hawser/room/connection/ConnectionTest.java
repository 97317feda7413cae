package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.room.Tokens;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.TokenExpiring;
import io.hawser.wire.v1.TokenRenewed;
import io.hawser.wire.v1.Unbind;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.Welcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a connection answers in which state, with time and neighbours in the test's hands. */
final class ConnectionTest {
    private static final ByteString HI =
            Content.newBuilder().setId("hi").build().toByteString();

    private final Desk desk = new Desk();

    private Error lastWord() {
        Error error = desk.next(FrameType.ERROR, Error.parser());
        assertThat(error.getCloses()).isTrue();
        assertThat(desk.connection.wantsFrames()).isFalse();
        return error;
    }

    private static LoadReply loaded(long to, long... seqs) {
        LoadReply.Builder reply = LoadReply.newBuilder().setTo(to);
        for (long seq : seqs) {
            reply.addMessages(StoredMessage.newBuilder().setSeq(seq).setContent(HI));
        }
        return reply.build();
    }

    // Handshake.

    @Test
    void helloIsAnsweredByWelcomeWithTheRoomsDecisions() {
        desk.send(
                FrameType.HELLO,
                Hello.newBuilder()
                        .setMinVersion(1)
                        .setMaxVersion(3)
                        .setHeartbeatSeconds(1)
                        .build());
        Welcome welcome = desk.next(FrameType.WELCOME, Welcome.parser());
        assertThat(welcome.getVersion()).isEqualTo(1);
        assertThat(welcome.getHeartbeatSeconds()).isEqualTo(10);
        assertThat(welcome.getMaxFrameBytesUnbound()).isEqualTo(4096);
        assertThat(welcome.getMaxFrameBytes()).isEqualTo(65_536);
        assertThat(welcome.getRoom()).isEqualTo("room-1");
        assertThat(welcome.getResumed()).isFalse();
        assertThat(welcome.getResumeToken()).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void anythingBeforeHelloEndsTheConnection() {
        desk.send(FrameType.PING, new byte[0]);
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
    }

    @Test
    void aSecondHelloEndsTheConnection() {
        desk.greeted();
        desk.send(FrameType.HELLO, Hello.getDefaultInstance());
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
    }

    @Test
    void noCommonVersionEndsTheConnection() {
        desk.send(
                FrameType.HELLO,
                Hello.newBuilder().setMinVersion(2).setMaxVersion(3).build());
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.VERSION_UNSUPPORTED.number());
    }

    @Test
    void aClientThatDoesNotGreetIsClosedAfterTenSeconds() {
        desk.pass(Duration.ofMillis(9_900));
        assertThat(desk.isSilent()).isTrue();
        desk.pass(Duration.ofMillis(200));
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.HANDSHAKE_TIMEOUT.number());
        desk.pass(Duration.ofSeconds(3));
        assertThat(desk.channel.isOpen()).isFalse();
        assertThat(desk.admission.connections()).isZero();
    }

    @Test
    void aClientThatNeverBindsIsClosedWhateverItPings() {
        desk.greeted();
        for (int i = 0; i < 7; i++) {
            desk.pass(Duration.ofSeconds(9));
            desk.send(FrameType.PING, new byte[0]);
        }
        assertThat(desk.next(FrameType.PONG)).isNotNull();
        assertThat(desk.connection.wantsFrames()).isFalse();
    }

    @Test
    void aSilentClientIsClosedAfterTwoAndAHalfIntervals() {
        desk.bound(0, 0);
        desk.pass(Duration.ofSeconds(149));
        desk.send(FrameType.PING, new byte[0]);
        desk.next(FrameType.PONG);
        desk.pass(Duration.ofSeconds(149));
        assertThat(desk.isSilent()).isTrue();
        desk.pass(Duration.ofSeconds(2));
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.HEARTBEAT_TIMEOUT.number());
        assertThat(desk.sessions.left).hasSize(1);
    }

    @Test
    void aDrainingRoomTakesNoOneIn() {
        var _ = desk.admission.drain();
        desk.send(
                FrameType.HELLO,
                Hello.newBuilder().setMinVersion(1).setMaxVersion(1).build());
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.DRAINING.number());
    }

    // Frames.

    @Test
    void unknownTypesAreSkippedAndTheRoomsOwnAreNot() {
        desk.greeted();
        desk.send(200, new byte[] {1, 2, 3});
        assertThat(desk.isSilent()).isTrue();
        desk.send(FrameType.WELCOME, new byte[0]);
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
    }

    @Test
    void aMalformedBodyEndsTheConnection() {
        desk.greeted();
        desk.send(FrameType.ACK, new byte[] {0x10, (byte) 0x86});
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
    }

    @Test
    void framesForUnknownBindingsAreRefused() {
        desk.greeted();
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(3).setSeq(1).build());
        desk.send(FrameType.UNBIND, Unbind.newBuilder().setBinding(4).build());
        desk.send(FrameType.RENEW_TOKEN, RenewToken.newBuilder().setBinding(5).build());
        for (int binding = 3; binding <= 5; binding++) {
            Error error = desk.next(FrameType.ERROR, Error.parser());
            assertThat(error.getCode()).isEqualTo(ErrorCode.BINDING_UNKNOWN.number());
            assertThat(error.getBinding()).isEqualTo(binding);
            assertThat(error.getCloses()).isFalse();
        }
    }

    @Test
    void whatThisReleaseDoesNotServeIsSaid() {
        desk.bound(0, 0);
        desk.send(FrameType.UPLINK, Uplink.newBuilder().setBinding(1).build());
        desk.send(FrameType.SYNC, Sync.newBuilder().setBinding(1).build());
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCode()).isEqualTo(ErrorCode.UNIMPLEMENTED.number());
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCode()).isEqualTo(ErrorCode.UNIMPLEMENTED.number());
        assertThat(desk.binding().isLive()).isTrue();
    }

    // Binding.

    @Test
    void theRegisterIsToldBeforeTheMailboxIsOpened() {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        assertThat(desk.mailboxes.opens).isEmpty();
        desk.answerEnter();
        assertThat(desk.mailboxes.opens).hasSize(1);
        desk.answerOpen(0, 0);
        desk.next(FrameType.BOUND);
    }

    @Test
    void aNumberInUseIsRefusedAndTheBindingStays() {
        desk.bound(0, 0);
        desk.send(FrameType.BIND, Desk.bind(1, "bob"));
        Error error = desk.next(FrameType.ERROR, Error.parser());
        assertThat(error.getCode()).isEqualTo(ErrorCode.BINDING_IN_USE.number());
        assertThat(desk.binding().reader().user()).isEqualTo("alice");
    }

    @Test
    void badBindsAreRefusedByNumberAndCode() {
        desk.greeted();
        Bind good = Desk.bind(1, "alice");
        refused(good.toBuilder().setBinding(0), ErrorCode.INVALID_ARGUMENT);
        refused(good.toBuilder().setBinding(17), ErrorCode.INVALID_ARGUMENT);
        refused(good.toBuilder().setUser(""), ErrorCode.INVALID_ARGUMENT);
        refused(good.toBuilder().setUser("u".repeat(65)), ErrorCode.INVALID_ARGUMENT);
        refused(good.toBuilder().setDevice(""), ErrorCode.INVALID_ARGUMENT);
        refused(good.toBuilder().setApp("NO"), ErrorCode.INVALID_ARGUMENT);
        refused(good.toBuilder().setDeviceClass("c".repeat(33)), ErrorCode.INVALID_ARGUMENT);
        refused(good.toBuilder().setInstallationNonce(ByteString.copyFromUtf8("7 bytes")), ErrorCode.INVALID_ARGUMENT);
        refused(good.toBuilder().setApp("other"), ErrorCode.UNKNOWN_APP);
        refused(good.toBuilder().setToken(""), ErrorCode.UNAUTHENTICATED);
        refused(good.toBuilder().setToken("garbage"), ErrorCode.TOKEN_INVALID);
        refused(good.toBuilder().setUser("bob"), ErrorCode.TOKEN_MISMATCH);
        assertThat(desk.sessions.enters).isEmpty();
    }

    private void refused(Bind.Builder bind, ErrorCode code) {
        desk.send(FrameType.BIND, bind.build());
        Unbound unbound = desk.next(FrameType.UNBOUND, Unbound.parser());
        assertThat(unbound.getCode()).as(unbound.getDetail()).isEqualTo(code.number());
        assertThat(unbound.getBinding()).isEqualTo(bind.getBinding());
    }

    @Test
    void bindsUnderWayAreBounded() {
        desk.greeted();
        for (int number = 1; number <= 5; number++) {
            desk.send(FrameType.BIND, Desk.bind(number, "user" + number));
        }
        Unbound unbound = desk.next(FrameType.UNBOUND, Unbound.parser());
        assertThat(unbound.getBinding()).isEqualTo(5);
        assertThat(unbound.getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
        assertThat(unbound.getRetryAfterMs()).isPositive();
    }

    @Test
    void aClientThatClosesWhileItIsEnteredIsTakenOutAgain() {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        desk.close();
        assertThat(desk.sessions.left).isEmpty();
        desk.answerEnter();
        assertThat(desk.sessions.left).hasSize(1);
        assertThat(desk.sessions.left.getFirst().getStamp().getCounter()).isEqualTo(1);
        assertThat(desk.mailboxes.opens).isEmpty();
    }

    @Test
    void aRegisterThatFailsLeavesTheBindingDetachedUntilItEnters() {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        desk.sessions.enters.removeFirst().fail();
        desk.settle();
        desk.answerOpen(0, 0);
        desk.next(FrameType.BOUND);
        desk.pass(Duration.ofSeconds(5));
        assertThat(desk.mailboxes.loads).hasSize(1);
        desk.mailboxes.loads.removeFirst().answer().complete(loaded(0));
        desk.settle();
        desk.answerEnter();
        // Registered at last: what came before nobody knew is looked for once more.
        assertThat(desk.mailboxes.loads).hasSize(1);
        desk.close();
        assertThat(desk.sessions.left).hasSize(1);
    }

    @Test
    void aMailboxThatDoesNotOpenIsTriedAgainAndThenTheClientIsSentAway() {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        desk.answerEnter();
        for (int attempt = 0; attempt < 5; attempt++) {
            desk.mailboxes.opens.removeFirst().fail();
            desk.settle();
            desk.pass(Duration.ofSeconds(10));
        }
        Unbound unbound = desk.next(FrameType.UNBOUND, Unbound.parser());
        assertThat(unbound.getCode()).isEqualTo(ErrorCode.UNAVAILABLE.number());
        assertThat(unbound.getRetryAfterMs()).isPositive();
        assertThat(desk.sessions.left).hasSize(1);
    }

    @Test
    void unbindIsAnsweredAndLeavesTheRegister() {
        desk.bound(0, 0);
        Session session = desk.binding().registration().session();
        desk.send(FrameType.UNBIND, Unbind.newBuilder().setBinding(1).build());
        assertThat(desk.next(FrameType.UNBOUND, Unbound.parser()).getCode()).isZero();
        assertThat(desk.sessions.left).containsExactly(session);
        assertThat(desk.connection.binding(1)).isNull();
    }

    @Test
    void forgettingTakesTheMailboxAlong() {
        desk.bound(0, 0);
        desk.send(
                FrameType.UNBIND,
                Unbind.newBuilder().setBinding(1).setForget(true).build());
        assertThat(desk.isSilent()).isTrue();
        desk.mailboxes.forgets.removeFirst().answer().complete(ForgetMailboxReply.getDefaultInstance());
        desk.settle();
        assertThat(desk.next(FrameType.UNBOUND, Unbound.parser()).getCode()).isZero();
    }

    @Test
    void whatIsPushedWhileTheMailboxIsForgottenIsLoadedShouldItStay() {
        desk.bound(0, 0);
        desk.send(
                FrameType.UNBIND,
                Unbind.newBuilder().setBinding(1).setForget(true).build());
        Binding leaving = desk.binding();
        assertThat(leaving.push(0, 1, HI)).isEqualTo(PushOutcome.BEHIND);
        assertThat(leaving.push(0, 0, HI)).isEqualTo(PushOutcome.DROPPED);
        desk.mailboxes.forgets.removeFirst().fail();
        desk.settle();
        desk.next(FrameType.ERROR);
        desk.mailboxes.loads.removeFirst().answer().complete(loaded(1, 1));
        desk.settle();
        assertThat(desk.next(FrameType.MESSAGE, Message.parser()).getSeq()).isEqualTo(1);
    }

    @Test
    void onlyABindingThatHasEndedIsNotHere() {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        Binding binding = desk.binding();
        assertThat(binding.push(0, 1, HI)).isEqualTo(PushOutcome.BEHIND);
        desk.answerEnter();
        assertThat(binding.push(0, 1, HI)).isEqualTo(PushOutcome.BEHIND);
        desk.connection.move(5_000);
        assertThat(binding.push(0, 1, HI)).isEqualTo(PushOutcome.BEHIND);
        desk.close();
        assertThat(binding.push(0, 1, HI)).isEqualTo(PushOutcome.NOT_HERE);
    }

    @Test
    void theFrameLimitGrowsWithTheFirstBinding() {
        assertThat(desk.greeted().connection.maxFrameBytes()).isEqualTo(4_096);
        Desk bound = new Desk().bound(0, 0);
        assertThat(bound.connection.maxFrameBytes()).isEqualTo(65_536);
    }

    // Tokens.

    @Test
    void aTokensEndWakesNobodyBeforeTheBindingLives() {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        assertThat(desk.binding().onDue(desk.loop.nowMs())).isEqualTo(Wheel.NEVER);
        desk.answerEnter();
        desk.answerOpen(0, 0);
        assertThat(desk.binding().onDue(desk.loop.nowMs())).isLessThan(Wheel.NEVER);
    }

    @Test
    void aTokenThatEndsIsToldRenewedOrEndsTheBinding() {
        desk.bound(0, 0);
        heartbeatFor(Duration.ofMinutes(59));
        TokenExpiring expiring = desk.next(FrameType.TOKEN_EXPIRING, TokenExpiring.parser());
        desk.send(
                FrameType.RENEW_TOKEN,
                RenewToken.newBuilder().setBinding(1).setToken("garbage").build());
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCode()).isEqualTo(ErrorCode.TOKEN_INVALID.number());
        String renewed = Tokens.of(
                "demo",
                "alice",
                Instant.ofEpochMilli(expiring.getTokenExpiresMs()).plusSeconds(600));
        desk.send(
                FrameType.RENEW_TOKEN,
                RenewToken.newBuilder().setBinding(1).setToken(renewed).build());
        assertThat(desk.next(FrameType.TOKEN_RENEWED, TokenRenewed.parser()).getTokenExpiresMs())
                .isEqualTo(expiring.getTokenExpiresMs() + 600_000);
        heartbeatFor(Duration.ofMinutes(11));
        desk.next(FrameType.TOKEN_EXPIRING);
        heartbeatFor(Duration.ofMinutes(2));
        assertThat(desk.next(FrameType.UNBOUND, Unbound.parser()).getCode())
                .isEqualTo(ErrorCode.TOKEN_EXPIRED.number());
    }

    private void heartbeatFor(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusSeconds(30)) {
            desk.pass(Duration.ofSeconds(30));
            desk.send(FrameType.PONG, new byte[0]);
        }
        desk.settle();
    }
}
