package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Unbind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How acknowledgements wait for each other, with time and the savers in the test's hands. */
final class AcknowledgementRoundsTest {
    private static final ByteString HI = ByteString.copyFromUtf8("hi");
    private static final Duration NEARLY = Duration.ofMillis(9);
    private static final Duration REST = Duration.ofMillis(1);

    private final Desk desk = new Desk(Desk.config("{acknowledgeWithin: 10ms}")).bound(0, 0);

    @Test
    void anAcknowledgementWaitsForItsRound() {
        pushAndAcknowledge(1);
        desk.passTimers(NEARLY);
        assertThat(told()).isEmpty();
        desk.passTimers(REST);
        assertThat(told()).containsExactly(1L);
    }

    @Test
    void ofABindingTheNewestGoesWithTheRoundAndSaysHowManyItSettles() {
        pushAndAcknowledge(1);
        pushAndAcknowledge(2);
        desk.passTimers(NEARLY);
        pushAndAcknowledge(3);
        desk.passTimers(REST);
        assertThat(desk.mailboxes.acknowledgements).hasSize(1);
        AcknowledgeRequest request = desk.mailboxes.acknowledgements.getFirst().request();
        assertThat(request.getSeq()).isEqualTo(3);
        assertThat(request.getMessages()).isEqualTo(3);
    }

    @Test
    void bindingsGoTogether() {
        desk.binds(2, "demo", "bob");
        pushAndAcknowledge(1);
        desk.passTimers(NEARLY);
        pushAndAcknowledge(2, 1);
        assertThat(told()).isEmpty();
        desk.passTimers(REST);
        assertThat(told()).containsExactly(1L, 1L);
    }

    @Test
    void whatComesAfterARoundBeginsAnother() {
        pushAndAcknowledge(1);
        desk.passTimers(NEARLY.plus(REST));
        desk.mailboxes.acknowledgements.removeFirst().answer().complete(AcknowledgeReply.getDefaultInstance());
        desk.settle();
        pushAndAcknowledge(2);
        assertThat(told()).isEmpty();
        desk.passTimers(NEARLY.plus(REST));
        assertThat(told()).containsExactly(2L);
    }

    @Test
    void aBindingThatEndsDoesNotWait() {
        pushAndAcknowledge(1);
        desk.send(FrameType.UNBIND, Unbind.newBuilder().setBinding(1).build());
        assertThat(told()).containsExactly(1L);
        desk.passTimers(NEARLY.plus(REST));
        assertThat(told()).containsExactly(1L);
    }

    @Test
    void whatWasAcknowledgedIsToldBeforeTheMailboxIsForgotten() {
        pushAndAcknowledge(1);
        desk.send(
                FrameType.UNBIND,
                Unbind.newBuilder().setBinding(1).setForget(true).build());
        assertThat(told()).containsExactly(1L);
        assertThat(desk.mailboxes.forgets).hasSize(1);
    }

    @Test
    void oneThatFailedIsToldAgainWithoutARound() {
        pushAndAcknowledge(1);
        desk.passTimers(NEARLY.plus(REST));
        desk.mailboxes.acknowledgements.removeFirst().fail();
        desk.settle();
        pushAndAcknowledge(2);
        desk.passTimers(NEARLY.plus(REST));
        assertThat(told()).isEmpty();
        desk.pass(Duration.ofSeconds(1));
        assertThat(told()).containsExactly(2L);
    }

    @Test
    void theNewLengthHoldsForTheNextRound() {
        desk.loop.configure(Desk.config("{acknowledgeWithin: 0s}"));
        desk.settle();
        pushAndAcknowledge(1);
        assertThat(told()).containsExactly(1L);
    }

    private void pushAndAcknowledge(long seq) {
        pushAndAcknowledge(1, seq);
    }

    private void pushAndAcknowledge(int number, long seq) {
        Binding binding = desk.connection.binding(number);
        assertThat(binding).isNotNull();
        binding.push(seq - 1, seq, HI);
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(number).setSeq(seq).build());
    }

    private List<Long> told() {
        return desk.mailboxes.acknowledgements.stream()
                .map(held -> held.request().getSeq())
                .toList();
    }
}
