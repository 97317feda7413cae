package io.hawser.room.gateway;

import io.hawser.room.access.Refusal;
import io.hawser.room.access.Source;
import io.hawser.room.access.Verdict;
import io.hawser.room.connection.Connection;
import io.hawser.room.connection.ConnectionLoop;
import io.hawser.room.connection.ConnectionLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Gives each accepted channel its connection, or tells it that the room is full, or that it may not come in. */
final class Doorman extends ChannelInitializer<Channel> {
    /** Clients say little: one size for all costs less than guessing it for each. */
    private static final RecvByteBufAllocator READS = new FixedRecvByteBufAllocator(2_048);

    private final ConnectionLoops loops;
    private final Listener listener;
    private final Entrance entrance;

    Doorman(ConnectionLoops loops, Listener listener, Entrance entrance) {
        this.loops = loops;
        this.listener = listener;
        this.entrance = entrance;
    }

    /** Before anything is read: whoever may not come has cost no more than a socket. */
    @Override
    protected void initChannel(Channel channel) {
        ConnectionLoop loop = loops.on(channel.eventLoop());
        Verdict verdict = listener.proxyProtocol()
                ? loop.addresses().enterProxy(channel)
                : loop.addresses().enter(channel);
        switch (verdict) {
            case Source source -> letIn(channel, loop, loop.accept(channel, source, entrance));
            case Refusal refusal -> turnAway(channel, refusal);
        }
    }

    private void letIn(Channel channel, ConnectionLoop loop, @Nullable Connection connection) {
        if (connection == null) {
            turnAway(channel, loop.refusal());
            return;
        }
        try {
            open(channel, connection);
        } catch (RuntimeException | Error noPipeline) {
            // Nothing in the channel may know of the connection yet, and so tell it that the channel is closed.
            connection.onClosed();
            throw noPipeline;
        }
    }

    private void open(Channel channel, Connection connection) {
        channel.config().setRecvByteBufAllocator(READS);
        if (listener.proxyProtocol()) {
            channel.pipeline().addLast(new ProxyHeader(connection));
        }
        entrance.open(channel, connection);
    }

    private void turnAway(Channel channel, Refusal refusal) {
        entrance.turnAway(channel, refusal.code(), refusal.detail(), refusal.retryAfterMs());
    }
}
