package io.hawser.room.gateway;

import io.hawser.room.connection.Banned;
import io.hawser.room.connection.Connection;
import io.hawser.room.connection.ConnectionLoop;
import io.hawser.room.connection.ConnectionLoops;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Error;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/** Gives each accepted channel its connection, or tells it that the room is full, or that it may not come in. */
final class Doorman extends ChannelInitializer<Channel> {
    private static final byte[] FULL = lastWord(ErrorCode.RESOURCE_EXHAUSTED, "room: full", 0);

    /** Clients say little: one size for all costs less than guessing it for each. */
    private static final RecvByteBufAllocator READS = new FixedRecvByteBufAllocator(2_048);

    private final ConnectionLoops loops;

    Doorman(ConnectionLoops loops) {
        this.loops = loops;
    }

    @Override
    protected void initChannel(Channel channel) {
        ConnectionLoop loop = loops.on(channel.eventLoop());
        Banned ban = loop.banOf(channel);
        if (ban != null) {
            sendAway(channel, lastWord(ErrorCode.BANNED, ban.detail(), ban.retryAfterMs()));
            return;
        }
        Connection connection = loop.accept(channel);
        if (connection == null) {
            sendAway(channel, FULL);
        } else {
            channel.config().setRecvByteBufAllocator(READS);
            channel.pipeline().addLast(new FrameDecoder(connection));
        }
    }

    private static void sendAway(Channel channel, byte[] lastWord) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(lastWord)).addListener(ChannelFutureListener.CLOSE);
    }

    private static byte[] lastWord(ErrorCode code, String detail, int retryAfterMs) {
        return Frames.encode(
                FrameType.ERROR,
                Error.newBuilder()
                        .setCode(code.number())
                        .setDetail(detail)
                        .setRetryAfterMs(retryAfterMs)
                        .setCloses(true)
                        .build());
    }
}
