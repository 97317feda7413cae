package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.ReleaseMailboxReply;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Ack;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Mailboxes whose messages were given in vain, with time and the saver in the test's hands. */
final class HoldTest {
    private static final ByteString HI = ByteString.copyFromUtf8("hi");
    private static final Duration AFTER = Duration.ofSeconds(2);
    private static final Duration HELD = Duration.ofSeconds(20);
    /** More than timers are late by. */
    private static final Duration TICKS = Duration.ofSeconds(1);

    private final Desk desk = new Desk(Desk.config("{acknowledgeWithin: 0s, fruitlessAfter: 2s}"));

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
    void aClientThatComesBackAfterASkipIsGivenWhatIsBeyond() {
        desk.boundToReturn(0, 0);
        push(1);
        desk.next(FrameType.MESSAGE);
        desk.pass(AFTER);
        speak();
        desk.next(FrameType.PONG);
        desk.close();
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
        desk.mailboxes.releases.removeFirst().fail();
        desk.settle();
        push(2);
        acknowledge(2);
        assertThat(desk.mailboxes.releases).as("told again").hasSize(1);
        desk.mailboxes.releases.removeFirst().answer().complete(ReleaseMailboxReply.getDefaultInstance());
        desk.settle();
        push(3);
        acknowledge(3);
        assertThat(desk.mailboxes.releases).isEmpty();
    }

    @Test
    void aClientThatComesBackToItsBindingIsHeldAsTheSaverSays() {
        desk.boundToReturn(0, 0);
        push(1);
        desk.next(FrameType.MESSAGE);
        desk.pass(AFTER);
        speak();
        desk.next(FrameType.PONG);
        desk.close();
        desk.mailboxes
                .fruitless
                .getFirst()
                .answer()
                .complete(CountFruitlessReply.newBuilder()
                        .setFruitless(3)
                        .setHeldMs(HELD.toMillis())
                        .build());
        desk.settle();
        assertThat(desk.comesAgain(desk.resumes(0).build()).getResumed()).isTrue();
        assertThat(desk.mailboxes.loads).isEmpty();
        desk.pass(HELD.plus(TICKS));
        assertThat(desk.mailboxes.loads).hasSize(1);
    }

    private void bindHeld() {
        desk.greeted();
        desk.send(FrameType.BIND, Desk.bind(1, "alice"));
        desk.answerEnter();
        desk.mailboxes
                .opens
                .removeFirst()
                .answer()
                .complete(OpenMailboxReply.newBuilder()
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
