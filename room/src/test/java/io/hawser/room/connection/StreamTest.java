package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Unbound;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How messages reach a client, and its acknowledgements the saver, with time and neighbours in the test's hands. */
final class StreamTest {
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
    void anAcknowledgementBeyondWhatWasSentIsClampedAndSaid() {
        desk.bound(0, 0);
        desk.binding().push(0, 5, HI);
        desk.settle();
        desk.next(FrameType.MESSAGE);
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(9).build());
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCode()).isEqualTo(ErrorCode.ACK_BEYOND_SENT.number());
        assertThat(desk.mailboxes.acknowledgements.removeFirst().request().getSeq())
                .isEqualTo(5);
    }

    @Test
    void acknowledgementsOnTheirWayAreMergedIntoTheNewest() {
        desk.bound(0, 0);
        for (long seq = 1; seq <= 4; seq++) {
            desk.binding().push(seq - 1, seq, HI);
            desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(seq).build());
        }
        assertThat(desk.mailboxes.acknowledgements).hasSize(1);
        desk.mailboxes.acknowledgements.removeFirst().answer().complete(AcknowledgeReply.getDefaultInstance());
        desk.settle();
        assertThat(desk.mailboxes.acknowledgements).hasSize(1);
        assertThat(desk.mailboxes.acknowledgements.getFirst().request().getSeq())
                .isEqualTo(4);
    }

    @Test
    void anAcknowledgementSaysHowManyMessagesItSettlesWhicheverAttemptItTakes() {
        desk.bound(0, 0);
        for (int seq = 1; seq <= 7; seq += 2) {
            desk.binding().push(seq - 2, seq, HI);
        }
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(3).build());
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(5).build());
        var first = desk.mailboxes.acknowledgements.removeFirst();
        assertThat(first.request().getMessages()).isEqualTo(2);
        first.fail();
        desk.settle();
        desk.pass(Duration.ofSeconds(1));
        var second = desk.mailboxes.acknowledgements.removeFirst();
        assertThat(second.request().getMessages()).isEqualTo(3);
        second.answer().complete(AcknowledgeReply.getDefaultInstance());
        desk.settle();
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(7).build());
        assertThat(desk.mailboxes.acknowledgements.removeFirst().request().getMessages())
                .isEqualTo(1);
    }

    @Test
    void whatAnEarlierConnectionOfTheDeviceDidNotAcknowledgeIsFlagged() {
        Redelivery redelivery = new Redelivery(RedeliveryConfig.defaults(), System::nanoTime);
        Desk earlier = new Desk(redelivery).bound(0, 0);
        earlier.binding().push(0, 1, HI);
        earlier.binding().push(1, 2, HI);
        earlier.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(1).build());
        earlier.close();

        Desk later = new Desk(redelivery).bound(1, 3);
        later.mailboxes.loads.removeFirst().answer().complete(loaded(3, 2, 3));
        later.settle();
        assertThat(later.next(FrameType.MESSAGE, Message.parser()).getRedelivered())
                .isTrue();
        assertThat(later.next(FrameType.MESSAGE, Message.parser()).getRedelivered())
                .isFalse();
    }

    @Test
    void nothingIsFlaggedThatWentToAnotherDevice() {
        Redelivery redelivery = new Redelivery(RedeliveryConfig.defaults(), System::nanoTime);
        Desk earlier = new Desk(redelivery).bound(0, 0);
        earlier.binding().push(0, 1, HI);
        earlier.close();

        Desk other = new Desk(redelivery).greeted();
        other.send(
                FrameType.BIND,
                Desk.bind(1, "alice").toBuilder().setDevice("d2").build());
        other.answerEnter();
        other.answerOpen(0, 1);
        other.next(FrameType.BOUND);
        other.mailboxes.loads.removeFirst().answer().complete(loaded(1, 1));
        other.settle();
        assertThat(other.next(FrameType.MESSAGE, Message.parser()).getRedelivered())
                .isFalse();
    }

    @Test
    void aPositionBeyondTheLastAcknowledgementIsAcknowledgedForTheClient() {
        desk.greeted();
        desk.send(
                FrameType.BIND, Desk.bind(1, "alice").toBuilder().setPosition(7).build());
        desk.answerEnter();
        desk.mailboxes
                .opens
                .removeFirst()
                .answer()
                .complete(OpenMailboxReply.newBuilder()
                        .setPosition(7)
                        .setHead(9)
                        .setAcknowledged(3)
                        .build());
        desk.settle();
        assertThat(desk.mailboxes.acknowledgements.getFirst().request().getSeq())
                .isEqualTo(7);
    }

    @Test
    void aSlowReaderIsNotWrittenToAndHealsByLoading() {
        desk.bound(0, 0);
        desk.writable(false);
        assertThat(desk.binding().push(0, 1, HI)).isEqualTo(PushOutcome.BEHIND);
        assertThat(desk.binding().push(0, 0, HI)).isEqualTo(PushOutcome.DROPPED);
        desk.settle();
        assertThat(desk.isSilent()).isTrue();
        assertThat(desk.mailboxes.loads).isEmpty();
        desk.writable(true);
        desk.mailboxes.loads.removeFirst().answer().complete(loaded(1, 1));
        desk.settle();
        assertThat(desk.next(FrameType.MESSAGE, Message.parser()).getSeq()).isEqualTo(1);
    }

    @Test
    void theClientIsToldThePredecessorItKnows() {
        desk.bound(4, 9);
        desk.mailboxes.loads.removeFirst().answer().complete(loaded(9, 6));
        desk.settle();
        assertThat(desk.next(FrameType.MESSAGE, Message.parser()).getPrev()).isEqualTo(4);
        // 7 to 9 are gone; the mailbox's own predecessor of 10 is 9, which the client has never heard of.
        desk.binding().push(9, 10, HI);
        desk.settle();
        assertThat(desk.next(FrameType.MESSAGE, Message.parser()).getPrev()).isEqualTo(6);
    }

    @Test
    void aHintBeyondWhatTheSaverGivesOutIsAskedForAgainLater() {
        desk.bound(0, 0);
        desk.binding().push(5, 5, ByteString.EMPTY);
        desk.mailboxes.loads.removeFirst().answer().complete(loaded(0));
        desk.settle();
        assertThat(desk.mailboxes.loads).isEmpty();
        desk.pass(Duration.ofSeconds(1));
        desk.mailboxes.loads.removeFirst().answer().complete(loaded(5, 5));
        desk.settle();
        assertThat(desk.next(FrameType.MESSAGE, Message.parser()).getSeq()).isEqualTo(5);
    }

    @Test
    void aLoadThatSaysMoreIsFollowedByTheNext() {
        desk.bound(0, 1);
        desk.mailboxes
                .loads
                .removeFirst()
                .answer()
                .complete(loaded(2, 1, 2).toBuilder().setMore(true).build());
        desk.settle();
        assertThat(desk.mailboxes.loads.removeFirst().request().getAfter()).isEqualTo(2);
    }

    @Test
    void anotherBindingOfTheSameClientOutlivesTheKickOfTheFirst() {
        desk.bound(0, 0);
        desk.send(FrameType.BIND, Desk.bind(2, "bob"));
        desk.answerEnter();
        desk.answerOpen(0, 0);
        desk.next(FrameType.BOUND);
        desk.connection.kick(
                desk.binding(),
                Kick.newBuilder()
                        .setCause(KickCause.KICK_REPLACED)
                        .setSameInstallation(true)
                        .build());
        desk.settle();
        assertThat(desk.next(FrameType.KICKED, Kicked.parser()).getBinding()).isEqualTo(1);
        assertThat(desk.connection.binding(2)).isNotNull();
        assertThat(desk.channel.isOpen()).isTrue();
    }

    // A mailbox that is gone.

    @Test
    void aMailboxThatALoadDoesNotFindIsOpenedAgain() {
        desk.bound(5, 6);
        desk.mailboxes.loads.removeFirst().fail(ErrorCode.NOT_FOUND);
        desk.settle();
        assertThat(desk.mailboxes.opens).hasSize(1);
        assertThat(desk.mailboxes.opens.getFirst().request().getPosition()).isEqualTo(5);
        desk.answerOpen(5, 6);
        desk.pass(Duration.ofSeconds(1));
        desk.mailboxes.loads.removeFirst().answer().complete(loaded(6, 6));
        desk.settle();
        assertThat(desk.next(FrameType.MESSAGE, Message.parser()).getSeq()).isEqualTo(6);
        assertThat(desk.isSilent()).isTrue();
    }

    @Test
    void aMailboxThatAnAcknowledgementDoesNotFindIsOpenedAgain() {
        desk.bound(0, 0);
        assertThat(desk.binding().push(0, 1, HI)).isEqualTo(PushOutcome.WRITTEN);
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(1).build());
        desk.mailboxes.acknowledgements.removeFirst().fail(ErrorCode.NOT_FOUND);
        desk.settle();
        desk.answerOpen(0, 1);
        desk.pass(Duration.ofSeconds(1));
        assertThat(desk.mailboxes.acknowledgements.getFirst().request().getSeq())
                .isEqualTo(1);
        assertThat(desk.binding().isLive()).isTrue();
    }

    @Test
    void aMailboxWhoseHistoryIsLostSendsTheClientToBindAgain() {
        desk.bound(5, 6);
        desk.mailboxes.loads.removeFirst().fail(ErrorCode.NOT_FOUND);
        desk.settle();
        desk.mailboxes
                .opens
                .removeFirst()
                .answer()
                .complete(OpenMailboxReply.newBuilder().setReset(true).build());
        desk.settle();
        assertThat(desk.next(FrameType.UNBOUND, Unbound.parser()).getCode()).isEqualTo(ErrorCode.UNAVAILABLE.number());
        assertThat(desk.sessions.left).hasSize(1);
    }
}
