package io.hawser.room.gateway;

import io.hawser.room.connection.Connection;
import io.netty.channel.ChannelHandler;

/** What a listener puts before a connection, for tests that bring their own channel. */
public final class Decoders {
    private Decoders() {}

    public static ChannelHandler of(Connection connection) {
        return new FrameDecoder(connection);
    }
}
