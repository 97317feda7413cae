package io.hawser.room.websocket;

import io.hawser.room.connection.Connection;
import io.hawser.room.connection.Served;
import io.hawser.wire.FrameLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        /** Whose what comes is; null: nobody's any more. */
        private @Nullable Connection connection;

        private boolean refused;

        Decoder(Connection connection, WebSocketDecoderConfig config) {
            super(config);
            this.connection = connection;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            Connection whose = connection;
            if (refused || whose == null) {
                in.skipBytes(in.readableBytes());
                return;
            }
            int before = out.size();
            super.decode(context, in, out);
            if (out.size() > before) {
                count(whose, out.getLast());
            } else if (in.readableBytes() > whose.maxFrameBytes() + FrameLimits.MAX_PREFIX_BYTES) {
                refused = true;
                throw new TooLongFrameException("message: over " + whose.maxFrameBytes() + " bytes");
            }
        }

        /** What brings something of a frame is counted as that. */
        private static void count(Connection whose, Object read) {
            boolean brings = read instanceof WebSocketFrame frame
                    && (frame instanceof BinaryWebSocketFrame || frame instanceof ContinuationWebSocketFrame)
                    && frame.content().isReadable();
            if (!brings) {
                whose.onCarrierFrame();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof Served served) {
                connection = served.by();
            }
            super.userEventTriggered(context, event);
        }
    }
}
