package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.ReleaseMailboxReply;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Unbind;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Mailboxes whose messages were given in vain, with time and the saver in the test's hands. */
final class HoldTest {
    private static final ByteString HI = ByteString.copyFromUtf8("hi");
    private static final StoredMessage HI_AS_FIRST =
            StoredMessage.newBuilder().setSeq(1).setContent(HI).build();
    private static final Duration AFTER = Duration.ofSeconds(2);
    private static final Duration HELD = Duration.ofSeconds(20);
    /** More than timers are late by. */
    private static final Duration TICKS = Duration.ofSeconds(1);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);

    private final Desk desk = new Desk(Desk.config("{acknowledgeWithin: 0s, fruitlessAfter: 2s}"));

    /** Its client reads nothing. */
    private static final class Stuck extends ChannelOutboundHandlerAdapter {
        @Override
        public void flush(ChannelHandlerContext context) {
            // What is written waits.
        }
    }

    @Test
    void aConnectionThatSpokeOnAndAcknowledgedNothingIsCounted() {
        desk.bound(0, 0);
        push(1);
        desk.pass(AFTER);
        speak();
        desk.close();
        assertThat(desk.mailboxes.fruitless).hasSize(1);
        assertThat(desk.mailboxes.fruitless.getFirst().request().getMailbox()).isEqualTo("user");
    }

    @Test
    void whatItWasGivenIsToldAndAfterHowManyHoldsTheAppHasThatSkipped() {
        desk.apps.skipAfterHolds = 2;
        desk.bound(0, 0);
        push(1);
        push(2);
        desk.pass(AFTER);
        speak();
        desk.close();
        assertThat(desk.mailboxes.fruitless.getFirst().request().getGiven()).isEqualTo(2);
        assertThat(desk.mailboxes.fruitless.getFirst().request().getSkipAfterHolds())
                .isEqualTo(2);
    }

    @Test
    void whatCameAfterItWasLastHeardIsNotToldAsGiven() {
        desk.bound(0, 0);
        push(1);
        desk.pass(AFTER);
        speak();
        push(2);
        desk.close();
        assertThat(desk.mailboxes.fruitless.getFirst().request().getGiven()).isEqualTo(1);
    }

    @Test
    void whatItHadForLessThanTheTimeToAcknowledgeIsNotToldAsGiven() {
        desk.bound(0, 0);
        push(1);
        desk.pass(AFTER);
        push(2);
        desk.pass(Duration.ofMillis(100));
        speak();
        desk.close();
        assertThat(desk.mailboxes.fruitless.getFirst().request().getGiven()).isEqualTo(1);
    }

    @Test
    void whatItHadForTheTimeToAcknowledgeIsToldAsGivenWheneverThatCame() {
        desk.bound(0, 0);
        for (long seq = 1; seq <= 3; seq++) {
            push(seq);
            desk.pass(AFTER);
            speak();
        }
        desk.close();
        assertThat(desk.mailboxes.fruitless.getFirst().request().getGiven()).isEqualTo(3);
    }

    @Test
    void aClientThatComesBackAfterASkipIsGivenWhatIsBeyond() {
        dropInVain();
        desk.mailboxes
                .fruitless
                .getFirst()
                .answer()
                .complete(CountFruitlessReply.newBuilder().setSkippedTo(1).build());
        desk.settle();
        assertThat(desk.comesAgain(desk.resumes(0).build()).getResumed()).isTrue();
        assertThat(desk.mailboxes.loads).as("at once").hasSize(1);
    }

    @Test
    void oneThatWasNotHeardSinceIsNotCounted() {
        desk.bound(0, 0);
        push(1);
        speak();
        desk.pass(AFTER);
        desk.close();
        assertThat(desk.mailboxes.fruitless).isEmpty();
    }

    @Test
    void oneWhoseFirstMessageWaitedForItsSocketMeanwhileIsNotCounted() {
        desk.bound(0, 0);
        desk.channel.pipeline().addFirst(new Stuck());
        push(1);
        desk.pass(AFTER);
        desk.channel.pipeline().remove(Stuck.class);
        desk.channel.flush();
        speak();
        desk.next(FrameType.MESSAGE);
        desk.close();
        assertThat(desk.mailboxes.fruitless).isEmpty();
    }

    @Test
    void oneWhoseFirstMessageNeverCameToItsSocketIsNotCounted() {
        desk.bound(0, 0);
        desk.channel.pipeline().addFirst(new Stuck());
        push(1);
        desk.pass(AFTER);
        speak();
        desk.close();
        assertThat(desk.isSilent()).isTrue();
        assertThat(desk.mailboxes.fruitless).isEmpty();
    }

    @Test
    void oneThatAcknowledgedSomethingIsNotCounted() {
        desk.bound(0, 0);
        push(1);
        push(2);
        acknowledge(1);
        desk.pass(AFTER);
        speak();
        desk.close();
        assertThat(desk.mailboxes.fruitless).isEmpty();
        assertThat(desk.mailboxes.releases).as("where nothing was counted").isEmpty();
    }

    @Test
    void oneThatWasGivenNothingIsNotCounted() {
        desk.bound(0, 0);
        desk.pass(AFTER);
        speak();
        desk.close();
        assertThat(desk.mailboxes.fruitless).isEmpty();
    }

    @Test
    void oneThatEndsWithItsMailboxIsNotCounted() {
        desk.bound(0, 0);
        push(1);
        desk.pass(AFTER);
        desk.send(
                FrameType.UNBIND,
                Unbind.newBuilder().setBinding(1).setForget(true).build());
        desk.mailboxes
                .forgets
                .removeFirst()
                .answer()
                .complete(ForgetMailboxReply.newBuilder().setForgotten(true).build());
        desk.settle();
        desk.close();
        assertThat(desk.mailboxes.fruitless).isEmpty();
    }

    @Test
    void aMailboxThatIsHeldIsNeitherLoadedNorPushedUntilItIsOver() {
        bindHeld();
        assertThat(desk.mailboxes.loads).isEmpty();
        assertThat(desk.binding().push(0, 1, HI)).isEqualTo(PushOutcome.BEHIND);
        desk.pass(HELD.minus(TICKS));
        assertThat(desk.mailboxes.loads).isEmpty();
        desk.pass(TICKS.plus(TICKS));
        assertThat(desk.mailboxes.loads).hasSize(1);
    }

    @Test
    void theFirstAcknowledgementReleasesIt() {
        bindHeld();
        desk.pass(HELD.plus(TICKS));
        desk.mailboxes.loads.clear();
        acknowledge(0);
        assertThat(desk.mailboxes.releases).as("of nothing").isEmpty();
        push(1);
        acknowledge(1);
        assertThat(desk.mailboxes.releases).hasSize(1);
        desk.mailboxes.releases.removeFirst().answer().complete(ReleaseMailboxReply.getDefaultInstance());
        desk.settle();
        push(2);
        acknowledge(2);
        assertThat(desk.mailboxes.releases).isEmpty();
    }

    @Test
    void aReleaseThatFailsIsToldAgainThoughItsClientIsGone() {
        releasedByAcknowledgement();
        desk.mailboxes.releases.removeFirst().fail();
        desk.settle();
        push(2);
        acknowledge(2);
        assertThat(desk.mailboxes.releases).as("before its time").isEmpty();
        desk.send(FrameType.UNBIND, Unbind.newBuilder().setBinding(1).build());
        desk.passTimers(LONGEST_BACKOFF);
        assertThat(desk.mailboxes.releases).hasSize(1);
        desk.mailboxes.releases.removeFirst().answer().complete(ReleaseMailboxReply.getDefaultInstance());
        desk.settle();
        desk.passTimers(LONGEST_BACKOFF);
        assertThat(desk.mailboxes.releases).isEmpty();
    }

    @Test
    void aReleaseThatFailsAgainAndAgainIsLeftToTheNextAcknowledgement() {
        releasedByAcknowledgement();
        for (int telling = 1; telling <= 10; telling++) {
            assertThat(desk.mailboxes.releases).as("telling %s", telling).hasSize(1);
            desk.mailboxes.releases.removeFirst().fail();
            desk.settle();
            desk.passTimers(LONGEST_BACKOFF);
        }
        assertThat(desk.mailboxes.releases).isEmpty();
        push(2);
        acknowledge(2);
        assertThat(desk.mailboxes.releases).hasSize(1);
    }

    private void releasedByAcknowledgement() {
        bindHeld();
        desk.pass(HELD.plus(TICKS));
        push(1);
        acknowledge(1);
        assertThat(desk.mailboxes.releases).hasSize(1);
    }

    @Test
    void aClientThatComesBackToItsBindingIsHeldAsTheSaverSays() {
        dropInVain();
        answerThirdInARow();
        assertThat(desk.comesAgain(desk.resumes(0).build()).getResumed()).isTrue();
        assertThat(desk.mailboxes.loads).isEmpty();
        desk.pass(HELD.plus(TICKS));
        assertThat(desk.mailboxes.loads).hasSize(1);
    }

    @Test
    void aCountThatIsAnsweredAfterTheClientAcknowledgedHoldsNobodyAndIsTakenBack() {
        dropInVain();
        assertThat(desk.comesAgain(desk.resumes(1).build()).getResumed()).isTrue();
        assertThat(desk.mailboxes.releases).as("nothing is known to be counted").isEmpty();
        answerThirdInARow();
        assertThat(desk.mailboxes.releases).hasSize(1);
        push(2);
    }

    @Test
    void soIsOneThatIsAnsweredAfterThatConnectionHasEndedToo() {
        dropInVain();
        assertThat(desk.comesAgain(desk.resumes(1).build()).getResumed()).isTrue();
        desk.next(FrameType.BOUND);
        desk.close();
        answerThirdInARow();
        assertThat(desk.mailboxes.releases).hasSize(1);
        assertThat(desk.comesAgain(desk.resumes(1).build()).getResumed()).isTrue();
        push(2);
    }

    @Test
    void aCountWhoseAnswerIsLostIsTakenBackByTheNextAcknowledgement() {
        dropInVain();
        desk.mailboxes.fruitless.removeFirst().fail();
        desk.settle();
        assertThat(desk.mailboxes.releases).isEmpty();
        assertThat(desk.comesAgain(desk.resumes(1).build()).getResumed()).isTrue();
        assertThat(desk.mailboxes.releases).hasSize(1);
    }

    @Test
    void whatWasLoadedBeforeTheAnswerIsNotGivenWhileTheMailboxIsHeld() {
        dropInVain();
        assertThat(desk.comesAgain(desk.resumes(0).build()).getResumed()).isTrue();
        desk.next(FrameType.BOUND);
        var load = desk.mailboxes.loads.removeFirst();
        answerThirdInARow();
        load.answer()
                .complete(
                        LoadReply.newBuilder().addMessages(HI_AS_FIRST).setTo(1).build());
        desk.settle();
        assertThat(desk.isSilent()).isTrue();
        assertThat(desk.mailboxes.loads).isEmpty();
        desk.pass(HELD.plus(TICKS));
        assertThat(desk.mailboxes.loads).as("once it is over").hasSize(1);
    }

    @Test
    void whatAnEarlierConnectionCarriedIsAcknowledgedOnceTheHoldIsOver() {
        bindHeld();
        acknowledge(1);
        assertThat(desk.mailboxes.releases).isEmpty();
        desk.pass(HELD.plus(TICKS));
        desk.mailboxes
                .loads
                .removeFirst()
                .answer()
                .complete(
                        LoadReply.newBuilder().addMessages(HI_AS_FIRST).setTo(1).build());
        desk.settle();
        acknowledge(1);
        assertThat(desk.mailboxes.releases).hasSize(1);
    }

    @Test
    void aClientThatComesWithAPositionBeyondTheAcknowledgedOneIsNotHeld() {
        bindHeld(1);
        assertThat(desk.mailboxes.releases).hasSize(1);
        push(2);
    }

    /** One message is given, and the client goes, having said nothing of it. */
    private void dropInVain() {
        desk.boundToReturn(0, 0);
        push(1);
        desk.next(FrameType.MESSAGE);
        desk.pass(AFTER);
        speak();
        desk.next(FrameType.PONG);
        desk.close();
        assertThat(desk.mailboxes.fruitless).hasSize(1);
    }

    private void answerThirdInARow() {
        desk.mailboxes
                .fruitless
                .removeFirst()
                .answer()
                .complete(CountFruitlessReply.newBuilder()
                        .setFruitless(3)
                        .setHeldMs(HELD.toMillis())
                        .build());
        desk.settle();
    }

    private void bindHeld() {
        bindHeld(0);
    }

    private void bindHeld(long position) {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        desk.answerEnter();
        desk.mailboxes
                .opens
                .removeFirst()
                .answer()
                .complete(OpenMailboxReply.newBuilder()
                        .setPosition(position)
                        .setHead(1)
                        .setFruitless(3)
                        .setHeldMs(HELD.toMillis())
                        .build());
        desk.settle();
    }

    private void push(long seq) {
        assertThat(desk.binding().push(seq - 1, seq, HI)).isEqualTo(PushOutcome.WRITTEN);
        desk.settle();
    }

    private void acknowledge(long seq) {
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(seq).build());
    }

    private void speak() {
        desk.send(FrameType.PING, new byte[0]);
    }
}
