package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.room.Tokens;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.TokenExpiring;
import io.hawser.wire.v1.TokenRenewed;
import io.hawser.wire.v1.Unbind;
import io.hawser.wire.v1.Unbound;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A binding from BIND to its end, with time and neighbours in the test's hands. */
final class BindingTest {
    private static final ByteString HI =
            Content.newBuilder().setId("hi").build().toByteString();

    private final Desk desk = new Desk();

    private static LoadReply loaded(long to, long... seqs) {
        LoadReply.Builder reply = LoadReply.newBuilder().setTo(to);
        for (long seq : seqs) {
            reply.addMessages(StoredMessage.newBuilder().setSeq(seq).setContent(HI));
        }
        return reply.build();
    }

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
    void aClientThatClosesBeforeItsLostAnswerIsMissedIsTakenOutAsTheBindItWas() {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        Session entered = desk.sessions.enters.getFirst().request();
        desk.close();
        assertThat(desk.sessions.left).isEmpty();
        desk.sessions.enters.removeFirst().fail(ErrorCode.DEADLINE_EXCEEDED);
        desk.settle();
        assertThat(desk.sessions.left).containsExactly(entered);
        assertThat(entered.hasStamp()).isFalse();
    }

    @Test
    void aDetachedClientThatClosesIsTakenOutAsTheBindThatMayHaveEntered() {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        Session entered = desk.sessions.enters.getFirst().request();
        desk.sessions.enters.removeFirst().fail(ErrorCode.DEADLINE_EXCEEDED);
        desk.settle();
        desk.close();
        assertThat(desk.sessions.left).containsExactly(entered);
    }

    @Test
    void aDetachedClientWhoseNextAnswerIsRefusedIsTakenOutForTheFirst() {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        desk.sessions.enters.removeFirst().fail(ErrorCode.DEADLINE_EXCEEDED);
        desk.settle();
        desk.pass(Duration.ofSeconds(5));
        desk.close();
        assertThat(desk.sessions.left).isEmpty();
        desk.sessions.enters.removeFirst().fail(ErrorCode.RESOURCE_EXHAUSTED);
        desk.settle();
        assertThat(desk.sessions.left).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"RESOURCE_EXHAUSTED", "NOT_OWNER"})
    void aClientThatWasCertainlyNotEnteredHasNothingToLeave(ErrorCode code) {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        desk.sessions.enters.removeFirst().fail(code);
        desk.settle();
        desk.close();
        assertThat(desk.sessions.left).isEmpty();
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

    @ParameterizedTest
    @EnumSource(names = {"RESOURCE_EXHAUSTED", "INVALID_ARGUMENT", "MAILBOX_FULL", "INTERNAL"})
    void aMailboxThatMayNotBeOpenedIsToldAtOnceWithTheReason(ErrorCode code) {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        desk.answerEnter();
        desk.mailboxes.opens.removeFirst().fail(code);
        desk.settle();
        Unbound unbound = desk.next(FrameType.UNBOUND, Unbound.parser());
        assertThat(unbound.getCode()).isEqualTo(code.number());
        assertThat(unbound.getDetail()).isEqualTo("saver: out");
        assertThat(unbound.getRetryAfterMs() > 0).isEqualTo(code == ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(desk.mailboxes.opens).isEmpty();
        assertThat(desk.sessions.left).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "NOT_OWNER"})
    void aMailboxThatIsNotReachedIsTriedAgain(ErrorCode code) {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        desk.answerEnter();
        desk.mailboxes.opens.removeFirst().fail(code);
        desk.settle();
        desk.pass(Duration.ofSeconds(10));
        assertThat(desk.isSilent()).isTrue();
        desk.answerOpen(0, 0);
        desk.next(FrameType.BOUND);
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
        desk.connection.command(Replies.move(List.of(), 5_000));
        assertThat(binding.push(0, 1, HI)).isEqualTo(PushOutcome.BEHIND);
        desk.close();
        assertThat(binding.push(0, 1, HI)).isEqualTo(PushOutcome.NOT_HERE);
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

    @Test
    void aMailboxIsOpenedAgainNowAndThenSoThatItCountsAsSeen() {
        Desk seen = seenOften();
        seen.pass(Duration.ofSeconds(15));
        assertThat(seen.mailboxes.opens).hasSize(1);
        assertThat(seen.mailboxes.opens.getFirst().request().getPosition()).isEqualTo(3);
        seen.answerOpen(3, 3);
        seen.pass(Duration.ofSeconds(15));
        assertThat(seen.mailboxes.opens).hasSize(1);
        assertThat(seen.isSilent()).isTrue();
    }

    @Test
    void aSaverThatDoesNotAnswerThatEndsNoBinding() {
        Desk seen = seenOften();
        for (int turn = 0; turn < 2 * ConnectionConfig.defaults().openAttempts(); turn++) {
            seen.pass(Duration.ofSeconds(15));
            seen.mailboxes.opens.removeFirst().fail();
            seen.settle();
            seen.send(FrameType.PING, new byte[0]);
            seen.next(FrameType.PONG);
        }
        assertThat(seen.binding().isLive()).isTrue();
    }

    @Test
    void aMailboxThatIsFoundGoneThenIsReadAnew() {
        Desk seen = seenOften();
        seen.pass(Duration.ofSeconds(15));
        seen.mailboxes
                .opens
                .removeFirst()
                .answer()
                .complete(OpenMailboxReply.newBuilder()
                        .setCreated(true)
                        .setPosition(3)
                        .setHead(5)
                        .build());
        seen.settle();
        assertThat(seen.mailboxes.loads).hasSize(1);
        assertThat(seen.mailboxes.loads.getFirst().request().getAfter()).isEqualTo(3);
    }

    private static Desk seenOften() {
        return new Desk(Desk.config("{acknowledgeWithin: 0s, seenEvery: 10s}")).bound(3, 3);
    }
}
