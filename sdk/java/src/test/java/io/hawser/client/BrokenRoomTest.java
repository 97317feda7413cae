package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.MessageFrame;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.SendDiagnostics;
import io.hawser.wire.v1.UplinkAck;
import io.hawser.wire.v1.Welcome;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/** Rooms that are broken, each told as what it does: the client ends the connection, and is served by the next room. */
final class BrokenRoomTest {
    private static final long TOO_GREAT = 1L << 53;

    private final ByteArrayOutputStream speech = new ByteArrayOutputStream();

    private BrokenRoomTest says(int type, MessageLite body) {
        speech.writeBytes(Frames.encode(type, body));
        return this;
    }

    private BrokenRoomTest welcomes() {
        return says(FrameType.WELCOME, welcome().build());
    }

    private static Welcome.Builder welcome() {
        return Welcome.newBuilder().setVersion(1).setHeartbeatSeconds(30);
    }

    private BrokenRoomTest binds() {
        return welcomes().says(FrameType.BOUND, bound().build());
    }

    private static Bound.Builder bound() {
        return Bound.newBuilder().setBinding(Session.BINDING).setWindow(8);
    }

    private void endsBy(ErrorCode code) throws Exception {
        assertThat(SessionPlay.endOf(speech.toByteArray(), true)).startsWith(code.name());
    }

    @Test
    void aSeqThatNoRoomTakesForAPositionIsNotTaken() throws Exception {
        binds();
        speech.writeBytes(MessageFrame.encode(
                Session.BINDING,
                0,
                TOO_GREAT,
                false,
                Content.getDefaultInstance().toByteArray()));
        endsBy(ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void aPositionThatNoRoomTakesIsNotTaken() throws Exception {
        welcomes().says(FrameType.BOUND, bound().setPosition(TOO_GREAT).build());
        endsBy(ErrorCode.PROTOCOL_ERROR);
    }

    /** Its position was kept, and all messages up to it were taken for known. */
    @Test
    void ofABoundWhoseCursorIsMalformedNothingIsTaken() throws Exception {
        BroadcastCursor malformed =
                BroadcastCursor.newBuilder().setLow(5).addSeen(3).build();
        welcomes()
                .says(
                        FrameType.BOUND,
                        bound().setPosition(100).setCursor(malformed).build());
        endsBy(ErrorCode.PROTOCOL_ERROR);
    }

    /** It ended the thread of the listener, which was told nothing any more. A later release may well have another. */
    @Test
    void aBroadcastOfAnUnknownQosIsHandedOver() throws Exception {
        Broadcast broadcast =
                Broadcast.newBuilder().setApp("demo").setBseq(1).setQosValue(77).build();
        binds().says(FrameType.BROADCAST, broadcast);
        assertThat(SessionPlay.endOf(speech.toByteArray(), true)).contains("closed");
    }

    @Test
    void uplinksAreNotNumberedFromWhereNoRoomTakesThem() throws Exception {
        binds().says(
                        FrameType.UPLINK_ACK,
                        UplinkAck.newBuilder()
                                .setBinding(Session.BINDING)
                                .setNumber(Long.MAX_VALUE)
                                .build());
        endsBy(ErrorCode.PROTOCOL_ERROR);
    }

    /** Every HELLO from then on was too large for any room. */
    @Test
    void aTokenThatFitsIntoNoHelloIsNotComeBackWith() throws Exception {
        ByteString token = ByteString.copyFrom(new byte[60_000]);
        says(FrameType.WELCOME, welcome().setResumeToken(token).build());
        says(FrameType.BOUND, bound().build());
        assertThat(SessionPlay.endOf(speech.toByteArray(), true)).contains("closed");
    }

    /** Each was answered, and the answers waited in memory. */
    @Test
    void oneThatAsksWithoutReadingIsLeft() throws Exception {
        binds();
        for (int i = 0; i < 200_000; i++) {
            speech.writeBytes(Frames.ping());
        }
        assertThat(SessionPlay.endOf(speech.toByteArray(), false)).contains("does not read");
    }

    /** Each kept its addresses until its time had come, though the connection had ended. */
    @Test
    void oneThatSaysMoveOverAndOverIsToldOnce() throws Exception {
        Move move = Move.newBuilder()
                .setWithinMs(1_000_000_000)
                .addAddresses("127.0.0.1:1")
                .build();
        binds();
        for (int i = 0; i < 1_000; i++) {
            says(FrameType.COMMAND, Command.newBuilder().setMove(move).build());
        }
        assertThat(SessionPlay.endOf(speech.toByteArray(), true)).contains("closed");
    }

    /** Each was answered, by thirty times as many bytes. */
    @Test
    void oneThatAsksHowTheClientIsOverAndOverIsToldOnce() throws Exception {
        Command question = Command.newBuilder()
                .setSendDiagnostics(SendDiagnostics.getDefaultInstance())
                .build();
        binds();
        for (int i = 0; i < 1_000; i++) {
            says(FrameType.COMMAND, question);
        }
        assertThat(SessionPlay.endOf(speech.toByteArray(), true)).contains("closed");
    }

    /** Each planned another attempt at sending again. */
    @Test
    void oneThatRefusesTheSameUplinkOverAndOverIsToldOnce() throws Exception {
        UplinkAck refusal = UplinkAck.newBuilder()
                .setBinding(Session.BINDING)
                .setNumber(TOO_GREAT - 1)
                .setCode(ErrorCode.UNAVAILABLE.number())
                .setRetryAfterMs(1_000_000)
                .build();
        binds();
        for (int i = 0; i < 1_000; i++) {
            says(FrameType.UPLINK_ACK, refusal);
        }
        assertThat(SessionPlay.endOf(speech.toByteArray(), true)).contains("closed");
    }
}
