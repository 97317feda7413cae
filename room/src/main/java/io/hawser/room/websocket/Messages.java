package io.hawser.room.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionDecoder;
import io.netty.util.ReferenceCountUtil;

/**
 * Takes frames out of binary messages, and puts each that is written into one. A message that comes in parts is passed
 * on as it comes; where one ends, so must a frame, which {@link WebSocketEvent#MESSAGE_ENDS} has the decoder of frames look at.
 */
final class Messages extends ChannelDuplexHandler {
    private boolean closeSaid;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof WebSocketFrame frame && frame.rsv() == 0) {
            read(context, frame);
        } else {
            ReferenceCountUtil.release(message);
            refuse(context, WebSocketCloseStatus.PROTOCOL_ERROR, "no WebSocket");
        }
    }

    private void read(ChannelHandlerContext context, WebSocketFrame frame) {
        switch (frame) {
            case BinaryWebSocketFrame _, ContinuationWebSocketFrame _ -> pass(context, frame);
            case PingWebSocketFrame ping -> {
                var _ = context.writeAndFlush(new PongWebSocketFrame(ping.content()));
            }
            case PongWebSocketFrame pong -> pong.release();
            case CloseWebSocketFrame close -> onClose(context, close);
            default -> {
                frame.release();
                refuse(context, WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "message: text (expected: binary)");
            }
        }
    }

    private static void pass(ChannelHandlerContext context, WebSocketFrame frame) {
        boolean last = frame.isFinalFragment();
        context.fireChannelRead(frame.content());
        if (last) {
            context.fireUserEventTriggered(WebSocketEvent.MESSAGE_ENDS);
        }
    }

    private void onClose(ChannelHandlerContext context, CloseWebSocketFrame close) {
        if (closeSaid) {
            close.release();
        } else {
            closeSaid = true;
            var _ = context.write(close);
        }
        context.flush();
        var _ = context.close();
    }

    private void refuse(ChannelHandlerContext context, WebSocketCloseStatus status, String why) {
        sayClose(context, status, why);
        context.fireExceptionCaught(new DecoderException(why));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        stopInflating(context.pipeline());
        switch (cause) {
            case CorruptedWebSocketFrameException corrupt -> sayClose(context, corrupt.closeStatus(), "");
            case TooLongFrameException _ -> sayClose(context, WebSocketCloseStatus.MESSAGE_TOO_BIG, "");
            default -> {
                // Nothing that the client did.
            }
        }
        context.fireExceptionCaught(cause);
    }

    private static void stopInflating(ChannelPipeline pipeline) {
        ChannelHandlerContext inflater = pipeline.context(WebSocketExtensionDecoder.class);
        if (inflater != null && pipeline.get(Sieve.class) == null) {
            pipeline.addBefore(inflater.name(), null, new Sieve());
        }
    }

    /** Stands before an inflater that has failed: that would keep all that comes until the channel is closed. */
    private static final class Sieve extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof CloseWebSocketFrame) {
                context.fireChannelRead(message);
            } else {
                ReferenceCountUtil.release(message);
            }
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf frame) {
            var _ = context.write(new BinaryWebSocketFrame(frame), promise);
        } else {
            closeSaid |= message instanceof CloseWebSocketFrame;
            var _ = context.write(message, promise);
        }
    }

    /** Says so, as far as the socket takes it now: a client that reads nothing would keep the connection. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        sayClose(context, WebSocketCloseStatus.ENDPOINT_UNAVAILABLE, "");
        var _ = context.close(promise);
    }

    private void sayClose(ChannelHandlerContext context, WebSocketCloseStatus status, String why) {
        if (!closeSaid && context.channel().isActive()) {
            closeSaid = true;
            var _ = context.writeAndFlush(new CloseWebSocketFrame(status, why));
        }
    }
}
