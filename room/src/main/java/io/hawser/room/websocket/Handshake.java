package io.hawser.room.websocket;

import io.hawser.room.connection.Connection;
import io.hawser.wire.FrameLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.util.List;

/** Netty's, with a decoder that keeps no more of what is coming than its connection takes. */
final class Handshake extends WebSocketServerHandshaker13 {
    static final int MAX_MESSAGE_BYTES = FrameLimits.MAX_FRAME_BYTES + FrameLimits.MAX_PREFIX_BYTES;

    private final Connection connection;

    Handshake(Connection connection, WebSocketConfig config) {
        super(
                "",
                null,
                WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(MAX_MESSAGE_BYTES)
                        .allowExtensions(config.deflate())
                        .closeOnProtocolViolation(false)
                        .build());
        this.connection = connection;
    }

    @Override
    protected WebSocketFrameDecoder newWebsocketDecoder() {
        return new Decoder(connection, decoderConfig());
    }

    private static final class Decoder extends WebSocket13FrameDecoder {
        private final Connection connection;
        private boolean refused;

        Decoder(Connection connection, WebSocketDecoderConfig config) {
            super(config);
            this.connection = connection;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            if (refused) {
                in.skipBytes(in.readableBytes());
                return;
            }
            int before = out.size();
            super.decode(context, in, out);
            if (out.size() == before
                    && in.readableBytes() > connection.maxFrameBytes() + FrameLimits.MAX_PREFIX_BYTES) {
                refused = true;
                throw new TooLongFrameException("message: over " + connection.maxFrameBytes() + " bytes");
            }
        }
    }
}
