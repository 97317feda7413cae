package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Resume;
import io.hawser.wire.v1.TokenExpiring;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.Welcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clients that drop and come back, with time and neighbours in the test's hands. */
final class ResumeTest {
    private static final ByteString HI =
            Content.newBuilder().setId("hi").build().toByteString();
    private static final Duration PARKED_FOR = ParkingConfig.defaults().time();

    private final Desk desk = new Desk();

    private Bound resumed(long position) {
        assertThat(desk.comesAgain(desk.resumes(position).build()).getResumed()).isTrue();
        return desk.next(FrameType.BOUND, Bound.parser());
    }

    private void notResumed(long position) {
        assertThat(desk.comesAgain(desk.resumes(position).build()).getResumed()).isFalse();
        assertThat(desk.isSilent()).isTrue();
    }

    private void drop() {
        desk.close();
        assertThat(desk.sessions.left).isEmpty();
    }

    private void kick() {
        desk.connection.kick(
                desk.binding(),
                Kick.newBuilder().setCause(KickCause.KICK_REPLACED).build());
        desk.settle();
    }

    // Going on.

    @Test
    void whoComesBackIsBoundBeforeAnyoneIsAsked() {
        desk.boundToReturn(5, 5);
        drop();
        Bound bound = resumed(5);
        assertThat(bound.getPosition()).isEqualTo(5);
        assertThat(bound.getWindow()).isEqualTo(256);
        assertThat(desk.sessions.enters).isEmpty();
        assertThat(desk.mailboxes.opens).isEmpty();
        assertThat(desk.mailboxes.loads).isEmpty();
        assertThat(desk.binding().push(5, 6, HI)).isEqualTo(PushOutcome.WRITTEN);
        desk.settle();
        assertThat(desk.next(FrameType.MESSAGE, Message.parser()).getSeq()).isEqualTo(6);
        assertThat(desk.admission.connections()).isEqualTo(1);
        assertThat(desk.admission.unauthenticated()).isZero();
    }

    @Test
    void whatCameMeanwhileFollowsAndNothingIsKeptOfItButThatItCame() {
        desk.boundToReturn(5, 5);
        drop();
        assertThat(desk.binding().push(5, 6, HI)).isEqualTo(PushOutcome.BEHIND);
        assertThat(desk.binding().push(0, 0, HI)).isEqualTo(PushOutcome.DROPPED);
        assertThat(desk.mailboxes.loads).isEmpty();
        assertThat(resumed(5).getHead()).isEqualTo(6);
        var load = desk.mailboxes.loads.removeFirst();
        assertThat(load.request().getAfter()).isEqualTo(5);
        load.answer()
                .complete(LoadReply.newBuilder()
                        .setTo(6)
                        .addMessages(StoredMessage.newBuilder().setSeq(6).setContent(HI))
                        .build());
        desk.settle();
        assertThat(desk.next(FrameType.MESSAGE, Message.parser()).getRedelivered())
                .isFalse();
    }

    @Test
    void whatLayInTheDeadSocketComesAgainAndIsSaidToBe() {
        desk.boundToReturn(5, 5);
        desk.binding().push(5, 6, HI);
        desk.binding().push(6, 7, HI);
        desk.settle();
        desk.next(FrameType.MESSAGE);
        desk.next(FrameType.MESSAGE);
        drop();
        assertThat(resumed(6).getPosition()).isEqualTo(6);
        assertThat(desk.mailboxes.acknowledgements.removeFirst().request().getSeq())
                .isEqualTo(6);
        var load = desk.mailboxes.loads.removeFirst();
        assertThat(load.request().getAfter()).isEqualTo(6);
        load.answer()
                .complete(LoadReply.newBuilder()
                        .setTo(7)
                        .addMessages(StoredMessage.newBuilder().setSeq(7).setContent(HI))
                        .build());
        desk.settle();
        Message again = desk.next(FrameType.MESSAGE, Message.parser());
        assertThat(again.getPrev()).isEqualTo(6);
        assertThat(again.getRedelivered()).isTrue();
    }

    @Test
    void aDeathThatNobodyNoticedIsNoHindrance() {
        desk.boundToReturn(0, 0);
        var old = desk.channel;
        resumed(0);
        assertThat(old.isOpen()).isFalse();
        assertThat(desk.sessions.left).isEmpty();
        assertThat(desk.admission.connections()).isEqualTo(1);
    }

    @Test
    void whoIsSilentIsParkedToo() {
        desk.boundToReturn(0, 0);
        desk.pass(Duration.ofSeconds(151));
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCode())
                .isEqualTo(ErrorCode.HEARTBEAT_TIMEOUT.number());
        assertThat(desk.channel.isOpen()).isFalse();
        resumed(0);
    }

    @Test
    void theWarningOfATokensEndIsSaidAgain() {
        desk.boundToReturn(0, 0);
        for (int minutes = 0; minutes < 59; minutes++) {
            desk.pass(Duration.ofMinutes(1));
            desk.send(FrameType.PONG, new byte[0]);
        }
        desk.next(FrameType.TOKEN_EXPIRING, TokenExpiring.parser());
        drop();
        resumed(0);
        desk.pass(Duration.ofSeconds(1));
        desk.next(FrameType.TOKEN_EXPIRING, TokenExpiring.parser());
    }

    @Test
    void aLoadThatWasUnderWayIsNotTakenForWhatTheClientHas() {
        desk.boundToReturn(5, 5);
        desk.binding().push(5, 6, HI);
        desk.settle();
        desk.next(FrameType.MESSAGE);
        desk.binding().push(7, 8, ByteString.EMPTY);
        var stale = desk.mailboxes.loads.removeFirst();
        assertThat(stale.request().getAfter()).isEqualTo(6);
        drop();
        resumed(5);
        stale.answer()
                .complete(LoadReply.newBuilder()
                        .setTo(8)
                        .addMessages(StoredMessage.newBuilder().setSeq(8).setContent(HI))
                        .build());
        desk.settle();
        assertThat(desk.isSilent()).isTrue();
        assertThat(desk.mailboxes.loads.removeFirst().request().getAfter()).isEqualTo(5);
    }

    // Behind it, the register.

    @Test
    void theRegisterIsAskedBehindTheClientsBackUntilItAnswers() {
        desk.boundToReturn(5, 5);
        drop();
        resumed(5);
        var asked = desk.sessions.confirms.removeFirst();
        assertThat(asked.request().getStamp().getCounter()).isEqualTo(1);
        asked.fail();
        desk.settle();
        desk.pass(Duration.ofSeconds(5));
        desk.sessions.confirms.removeFirst().answer().complete(true);
        desk.settle();
        assertThat(desk.sessions.enters).isEmpty();
        // It was not known there: what came meanwhile was not pushed.
        assertThat(desk.mailboxes.loads).isNotEmpty();
    }

    // Not in time, or not to.

    @Test
    void whoDoesNotComeInTimeHasLeftSinceThen() {
        desk.boundToReturn(0, 0);
        drop();
        desk.pass(PARKED_FOR);
        desk.pass(Duration.ofMillis(100));
        assertThat(desk.sessions.reasons).containsExactly(EndReason.END_CONNECTION_LOST);
        assertThat(desk.sessions.away.getFirst()).isGreaterThanOrEqualTo(PARKED_FOR.toMillis());
        notResumed(0);
    }

    @Test
    void aKickEndsWhatIsParked() {
        desk.boundToReturn(0, 0);
        drop();
        kick();
        assertThat(desk.sessions.reasons).containsExactly(EndReason.END_REPLACED);
        notResumed(0);
    }

    @Test
    void aTokenThatEndsEndsWhatIsParked() {
        desk.boundToReturn(0, 0);
        for (int minutes = 0; minutes < 60; minutes++) {
            desk.pass(Duration.ofMinutes(1));
            desk.send(FrameType.PONG, new byte[0]);
        }
        desk.next(FrameType.TOKEN_EXPIRING);
        desk.pass(Duration.ofSeconds(40));
        drop();
        desk.pass(Duration.ofSeconds(25));
        assertThat(desk.sessions.reasons).containsExactly(EndReason.END_TOKEN_EXPIRED);
        notResumed(0);
    }

    @Test
    void anAppThatIsDisabledEndsWhatIsParked() {
        desk.boundToReturn(0, 0);
        drop();
        desk.connection.unbindAll("demo", ErrorCode.UNKNOWN_APP, "app: demo");
        assertThat(desk.sessions.left).hasSize(1);
        notResumed(0);
    }

    @Test
    void aRoomThatDrainsParksNobody() {
        desk.boundToReturn(0, 0);
        var _ = desk.admission.drain(Duration.ofSeconds(1));
        desk.close();
        assertThat(desk.sessions.left).hasSize(1);
    }

    @Test
    void whoDidNotSayThatItComesBackHasLeft() {
        desk.bound(0, 0);
        desk.close();
        assertThat(desk.sessions.away).containsExactly(0L);
    }

    @Test
    void aBindThatIsUnderWayIsNotKept() {
        desk.send(
                FrameType.HELLO,
                desk.resumes(0).clearResumeToken().clearResume().build());
        desk.next(FrameType.WELCOME);
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        desk.close();
        desk.answerEnter();
        assertThat(desk.sessions.left).hasSize(1);
        assertThat(desk.admission.connections()).isZero();
    }

    @Test
    void howOftenItsAppWantsToHearItHoldsOn() {
        Desk often = new Desk(Desk.config("{heartbeat: {apps: {demo: 40s}}}"));
        often.boundToReturn(0, 0);
        assertThat(often.next(FrameType.COMMAND, Command.parser())
                        .getSetHeartbeat()
                        .getHeartbeatSeconds())
                .isEqualTo(40);
        often.close();
        Welcome welcome = often.comesAgain(often.resumes(0).build());
        assertThat(welcome.getResumed()).isTrue();
        assertThat(welcome.getHeartbeatSeconds()).isEqualTo(40);
    }

    // Tokens.

    @Test
    void aTokenServesOnce() {
        desk.boundToReturn(0, 0);
        var once = desk.resumes(0).build();
        drop();
        assertThat(desk.comesAgain(once).getResumed()).isTrue();
        desk.next(FrameType.BOUND);
        ByteString second = desk.token();
        assertThat(second).isNotEqualTo(once.getResumeToken());
        drop();
        assertThat(desk.comesAgain(once).getResumed()).isFalse();
        assertThat(desk.comesAgain(once.toBuilder().setResumeToken(second).build())
                        .getResumed())
                .isTrue();
    }

    /** A count that began anew would have a token serve twice. */
    @Test
    void afterSoManyTimesItBindsAnew() {
        desk.boundToReturn(0, 0);
        for (int time = 1; time <= Resumable.MAX_ROUNDS; time++) {
            desk.close();
            assertThat(desk.token().isEmpty()).isFalse();
            resumed(0);
        }
        assertThat(desk.token().isEmpty()).isTrue();
        desk.close();
        assertThat(desk.sessions.left).hasSize(1);
    }

    @Test
    void anotherInstallationsTokenDoesNotServeAndDoesNoHarm() {
        desk.boundToReturn(0, 0);
        ByteString token = desk.token();
        drop();
        Resume thief = Resume.newBuilder()
                .setBinding(1)
                .setInstallationNonce(ByteString.copyFromUtf8("01234568"))
                .build();
        var stolen = desk.resumes(0).clearResume();
        assertThat(desk.comesAgain(stolen.clone().addResume(thief).build()).getResumed())
                .isFalse();
        assertThat(desk.comesAgain(stolen.clone().setResumeToken(token).build()).getResumed())
                .isFalse();
        assertThat(desk.comesAgain(desk.resumes(0).setResumeToken(token).build())
                        .getResumed())
                .isTrue();
    }

    @Test
    void noTokenCanBeMadeUp() {
        desk.boundToReturn(0, 0);
        byte[] token = desk.token().toByteArray();
        drop();
        for (int at = 0; at < token.length; at++) {
            byte[] changed = token.clone();
            changed[at] ^= 1;
            Welcome welcome = desk.comesAgain(
                    desk.resumes(0).setResumeToken(ByteString.copyFrom(changed)).build());
            assertThat(welcome.getResumed()).as("byte " + at).isFalse();
            desk.close();
        }
    }

    @Test
    void whoNamesMoreThanThereCanBeIsNotAnsweredOneByOne() {
        desk.boundToReturn(0, 0);
        drop();
        var many = desk.resumes(0);
        for (int number = 2; number <= 17; number++) {
            many.addResume(Resume.newBuilder().setBinding(number));
        }
        assertThat(desk.comesAgain(many.build()).getResumed()).isFalse();
    }

    // Of several bindings.

    @Test
    void whatTheClientNoLongerHoldsGoesAndWhatTheRoomNoLongerHoldsIsSaid() {
        desk.boundToReturn(0, 0);
        desk.send(FrameType.BIND, Desk.bind(2, "bob"));
        desk.answerEnter();
        desk.answerOpen(0, 0);
        desk.next(FrameType.BOUND);
        drop();
        Welcome welcome = desk.comesAgain(
                desk.resumes(0).addResume(Resume.newBuilder().setBinding(3)).build());
        assertThat(welcome.getResumed()).isTrue();
        Unbound missing = desk.next(FrameType.UNBOUND, Unbound.parser());
        assertThat(missing.getBinding()).isEqualTo(3);
        assertThat(missing.getCode()).isEqualTo(ErrorCode.NOT_FOUND.number());
        assertThat(desk.next(FrameType.BOUND, Bound.parser()).getBinding()).isEqualTo(1);
        assertThat(desk.next(FrameType.UNBOUND, Unbound.parser()).getBinding()).isEqualTo(2);
        assertThat(desk.sessions.left).extracting("user_").containsExactly("bob");
    }

    @Test
    void aPositionThatWasNotGivenHereForcesAFreshBind() {
        desk.boundToReturn(5, 5);
        drop();
        assertThat(desk.comesAgain(desk.resumes(9).build()).getResumed()).isTrue();
        Unbound unbound = desk.next(FrameType.UNBOUND, Unbound.parser());
        assertThat(unbound.getCode()).isEqualTo(ErrorCode.FAILED_PRECONDITION.number());
        desk.send(
                FrameType.BIND, Desk.bind(1, "alice").toBuilder().setPosition(9).build());
        assertThat(desk.sessions.enters).hasSize(1);
    }
}
