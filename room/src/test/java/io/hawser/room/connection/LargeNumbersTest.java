package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Unbound;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Numbers of a client are unsigned, 64 bits of them: none is taken for a negative one, against a model that counts on paper. */
final class LargeNumbersTest {
    private static final int TRIES = 100;
    private static final BigInteger MAX_SEQ = BigInteger.TWO.pow(53).subtract(BigInteger.ONE);
    private static final ByteString HI =
            Content.newBuilder().setId("hi").build().toByteString();

    /** Near the powers of two, where signs and doubles go wrong, or anywhere. */
    private static long anyNumber(Random random) {
        return random.nextBoolean() ? (1L << random.nextInt(64)) + random.nextInt(7) - 3 : random.nextLong();
    }

    private static BigInteger onPaper(long unsigned) {
        return new BigInteger(Long.toUnsignedString(unsigned));
    }

    @RepeatedTest(5)
    void anAcknowledgementBeyondWhatWasSentIsSaidToBe(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Desk desk = new Desk().bound(0, 0);
        long sent = (1L << 32) + repetition.getCurrentRepetition();
        desk.binding().push(0, sent, HI);
        desk.settle();
        desk.next(FrameType.MESSAGE);
        for (int i = 0; i < TRIES; i++) {
            long seq = anyNumber(random);
            desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(seq).build());
            if (onPaper(seq).compareTo(onPaper(sent)) > 0) {
                Error error = desk.next(FrameType.ERROR, Error.parser());
                assertThat(error.getCode()).isEqualTo(ErrorCode.ACK_BEYOND_SENT.number());
                assertThat(error.getDetail()).contains("seq: " + onPaper(seq));
            }
            assertThat(desk.isSilent()).as("%s, %s", repetition, onPaper(seq)).isTrue();
        }
    }

    @RepeatedTest(5)
    void anAcknowledgementBeyondEverythingCountsAsOneOfAllThatWasSent(RepetitionInfo repetition) {
        long beyond = Long.MIN_VALUE + repetition.getCurrentRepetition() * 7L;
        Desk desk = new Desk().bound(0, 0);
        desk.binding().push(0, 9, HI);
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(beyond).build());
        assertThat(desk.mailboxes.acknowledgements.getFirst().request().getSeq())
                .isEqualTo(9);
    }

    @RepeatedTest(5)
    void aPositionThatNoMailboxReachesIsRefused(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < TRIES; i++) {
            long position = anyNumber(random);
            Desk desk = new Desk().greeted();
            desk.send(
                    FrameType.BIND,
                    Desk.bind(1, "alice").toBuilder().setPosition(position).build());
            boolean refused = onPaper(position).compareTo(MAX_SEQ) > 0;
            assertThat(desk.sessions.enters)
                    .as("%s, %s", repetition, onPaper(position))
                    .hasSize(refused ? 0 : 1);
            if (refused) {
                Unbound unbound = desk.next(FrameType.UNBOUND, Unbound.parser());
                assertThat(unbound.getCode()).isEqualTo(ErrorCode.INVALID_ARGUMENT.number());
                assertThat(unbound.getDetail())
                        .isEqualTo("position: " + onPaper(position) + " (expected: 0 to " + MAX_SEQ + ")");
            }
        }
    }

    @RepeatedTest(5)
    void aBindingNumberIsUnsignedToo(RepetitionInfo repetition) {
        int number = Integer.MIN_VALUE + repetition.getCurrentRepetition() * 7;
        Desk desk = new Desk().greeted();
        desk.send(FrameType.BIND, Desk.bind(number, "alice"));
        assertThat(desk.next(FrameType.UNBOUND, Unbound.parser()).getDetail())
                .isEqualTo("binding: " + Integer.toUnsignedString(number) + " (expected: 1 to 16)");
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(number).setSeq(1).build());
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getDetail())
                .startsWith("binding: " + Integer.toUnsignedString(number));
    }
}
