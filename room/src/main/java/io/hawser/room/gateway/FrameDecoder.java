package io.hawser.room.gateway;

import io.hawser.room.connection.Connection;
import io.hawser.room.connection.Served;
import io.hawser.room.websocket.WebSocketEvent;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameLength;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.HawserException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what comes from a socket into frames. A frame that came whole is read where it lies; of one that did not, what
 * has come is kept, in a buffer that grows with it: nothing is allocated for a length that was only announced. An idle
 * connection keeps no buffer.
 */
final class FrameDecoder extends ChannelInboundHandlerAdapter {
    /** The largest frame but its last byte, and one read: so a buffer that grows does not come to twice of it. */
    private static final int MOST_KEPT_BYTES = FrameLimits.MAX_PREFIX_BYTES + FrameLimits.MAX_FRAME_BYTES + 2_048;

    /** Whose what comes is; null: nobody's any more. */
    private @Nullable Connection connection;

    private @Nullable ByteBuf partial;

    FrameDecoder(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        boolean goesOn = partial != null;
        ByteBuf in = joined(context, (ByteBuf) message);
        try {
            // A frame may have the channel become another connection's.
            while (connection != null && connection.wantsFrames() && readFrame(connection, in)) {
                // As many as have come.
            }
            if (in.isReadable() && connection != null && connection.wantsFrames()) {
                partial = kept(context, in, goesOn);
            }
        } catch (HawserException noFrame) {
            if (connection != null) {
                connection.onBadFrame(noFrame);
            }
        } finally {
            in.release();
        }
    }

    /** Frames that came in messages end with them. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Served served) {
            connection = served.by();
            return;
        }
        if (event == WebSocketEvent.MESSAGE_ENDS && partial != null && connection != null) {
            connection.onBadFrame(HawserException.refusal(
                    ErrorCode.PROTOCOL_ERROR, "message: ends inside a frame (expected: whole frames)"));
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (connection != null) {
            connection.onReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (connection != null) {
            connection.onWritabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (connection != null) {
            connection.onClosed();
        }
    }

    /** With the channel, as a rule. One that comes before may have failed as the channel closed, and not passed that on. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (partial != null) {
            partial.release();
            partial = null;
        }
        if (connection != null && !context.channel().isOpen()) {
            connection.onClosed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (connection == null) {
            var _ = context.close();
        } else if (cause instanceof DecoderException) {
            connection.onBadCarrier(cause);
        } else {
            connection.onFault(cause);
        }
    }

    /** Puts what was kept before what has come. The result is the caller's. */
    private ByteBuf joined(ChannelHandlerContext context, ByteBuf in) {
        ByteBuf kept = partial;
        if (kept == null) {
            return in;
        }
        int bytes = kept.readableBytes() + in.readableBytes();
        try {
            // Where it fails, what is kept still is, and goes with the channel.
            if (bytes > kept.maxCapacity()) {
                ByteBuf all = context.alloc().buffer(bytes, bytes).writeBytes(kept);
                kept.release();
                kept = all;
                partial = all;
            }
            kept.writeBytes(in);
        } finally {
            in.release();
        }
        partial = null;
        return kept;
    }

    /** Returns false where no whole frame is left. */
    private static boolean readFrame(Connection connection, ByteBuf in) {
        int start = in.readerIndex();
        int length = 0;
        for (int i = 0; i < in.readableBytes(); i++) {
            byte next = in.getByte(start + i);
            length = FrameLength.accumulate(length, i, next);
            if (FrameLength.isLast(next)) {
                FrameLength.check(length, connection.maxFrameBytes());
                return readBody(connection, in, start + i + 1, length);
            }
        }
        return false;
    }

    private static boolean readBody(Connection connection, ByteBuf in, int typeAt, int length) {
        int readable = in.writerIndex() - typeAt;
        if (readable == 0) {
            return false;
        }
        int type = in.getUnsignedByte(typeAt);
        if (readable < length) {
            connection.expect(type);
            return false;
        }
        in.readerIndex(typeAt + length);
        connection.onFrame(type, in.slice(typeAt + 1, length - 1));
        return true;
    }

    /** Of a frame that comes in many reads no byte is copied with each of them: what was kept before only grows. */
    private static ByteBuf kept(ChannelHandlerContext context, ByteBuf in, boolean goesOn) {
        return goesOn && in.readerIndex() == 0
                ? in.retain()
                : context.alloc()
                        .buffer(in.readableBytes(), Math.max(in.readableBytes(), MOST_KEPT_BYTES))
                        .writeBytes(in);
    }
}
