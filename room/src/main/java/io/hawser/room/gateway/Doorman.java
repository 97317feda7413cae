package io.hawser.room.gateway;

import io.hawser.room.connection.Connection;
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

/** Gives each accepted channel its connection, or tells it that the room is full. */
final class Doorman extends ChannelInitializer<Channel> {
    private static final byte[] FULL = Frames.encode(
            FrameType.ERROR,
            Error.newBuilder()
                    .setCode(ErrorCode.RESOURCE_EXHAUSTED.number())
                    .setDetail("room: full")
                    .setCloses(true)
                    .build());

    /** Clients say little: one size for all costs less than guessing it for each. */
    private static final RecvByteBufAllocator READS = new FixedRecvByteBufAllocator(2_048);

    private final ConnectionLoops loops;

    Doorman(ConnectionLoops loops) {
        this.loops = loops;
    }

    @Override
    protected void initChannel(Channel channel) {
        Connection connection = loops.on(channel.eventLoop()).accept(channel);
        if (connection == null) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(FULL)).addListener(ChannelFutureListener.CLOSE);
        } else {
            channel.config().setRecvByteBufAllocator(READS);
            channel.pipeline().addLast(new FrameDecoder(connection));
        }
    }
}
