package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.room.gateway.Door;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Diagnostics;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Unbound;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What fuzzing found, each told as what it was. */
final class FoundByFuzzTest {
    private static final String UPGRADE = """
            GET /v1/connect HTTP/1.1\r
            Host: room\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_no_context_takeover\r
            \r
            """;

    private final FuzzedRoom room = new FuzzedRoom(ConnectionConfig.defaults());
    private final FuzzedConnection connection = new FuzzedConnection(room);
    private final WilfulClient client = new WilfulClient(FuzzedRoom.START.plus(Duration.ofHours(1)));

    private void bind(int... numbers) {
        connection.send(WilfulClient.hello());
        for (int number : numbers) {
            connection.send(client.bindOf("alice", number));
            for (int i = 0; i < 3; i++) {
                connection.answerAllRightly();
            }
        }
    }

    private <T extends MessageLite> T last(int type, Parser<T> parser) {
        Frame last = connection.came().getLast();
        assertThat(last.type()).as(last.toString()).isEqualTo(type);
        return Frames.parse(parser, last.body());
    }

    /** It was attached to its app's broadcasts before the quota was asked, and its app's log was followed for ever. */
    @Test
    void aBindingBeyondTheAppsQuotaLeavesNothingBehind() {
        bind(1, 2, 3);
        assertThat(last(FrameType.UNBOUND, Unbound.parser()).getCode())
                .isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
        connection.end();
    }

    /** The model that the decoder is held against took them for a frame of the room's, after which the connection ends. */
    @Test
    void diagnosticsThatNobodyAskedForAreRefusedAndTheConnectionStays() {
        bind(1);
        connection.send(new Frame(
                FrameType.DIAGNOSTICS, Diagnostics.getDefaultInstance().toByteArray()));
        Error refusal = last(FrameType.ERROR, Error.parser());
        assertThat(refusal.getCode()).isEqualTo(ErrorCode.INVALID_ARGUMENT.number());
        assertThat(refusal.getCloses()).isFalse();
        assertThat(connection.isHeard()).isTrue();
        connection.end();
    }

    /**
     * Netty's decoder of compressed messages did so, where a client sent damaged ones. The connection and its bindings were
     * never let go, though its channel was closed.
     */
    @Test
    void aConnectionEndsWithItsChannelThoughWhatComesBeforeFailsAsThatCloses() {
        FuzzedRoom another = new FuzzedRoom(ConnectionConfig.defaults());
        PatientChannel channel = new PatientChannel();
        var _ = another.letIn(channel);
        channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelInactive(ChannelHandlerContext context) {
                throw new DecoderException("what is left is corrupt");
            }
        });
        var _ = channel.close();
        channel.turn();
        another.isEmpty();
    }

    /** Netty's decoder of compressed messages keeps what it could not read, and each message that comes after. */
    @Test
    void nothingIsKeptOfCompressedMessagesBehindADamagedOne() {
        FuzzedRoom another = new FuzzedRoom(ConnectionConfig.defaults());
        PatientChannel channel = new PatientChannel();
        var _ = another.letIn(channel, new Door(false, "/v1/connect", true));
        receive(another, channel, UPGRADE.getBytes(StandardCharsets.ISO_8859_1));
        byte[] damaged = new byte[6 + 100];
        damaged[0] = (byte) 0xc2;
        damaged[1] = (byte) (0x80 | 100);
        for (int i = 0; i < 1_000; i++) {
            receive(another, channel, damaged);
        }
        assertThat(another.memory.heldBytes()).isLessThanOrEqualTo(1_024);
        var _ = channel.close();
        turn(channel);
        another.isEmpty();
    }

    private static void receive(FuzzedRoom room, PatientChannel channel, byte[] bytes) {
        channel.writeInbound(room.memory.buffer(bytes.length).writeBytes(bytes));
        turn(channel);
    }

    private static void turn(PatientChannel channel) {
        channel.turn();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            out.release();
        }
    }
}
