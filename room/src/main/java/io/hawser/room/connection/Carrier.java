package io.hawser.room.connection;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/** What clients' frames are carried by. One instance serves all connections of a port. */
public interface Carrier {
    /** TCP, and nothing between it and the frames. */
    Carrier TCP = new Carrier() {
        @Override
        public String transport() {
            return "tcp";
        }

        @Override
        public void endOutput(Channel channel, int code) {
            shutdownOutput(channel);
        }
    };

    /**
     * What its clients speak, by its name among the dispatchers': {@code tcp}, {@code tls}, {@code ws}, {@code wss}; empty:
     * not all the same.
     */
    String transport();

    /** Ends the output behind a last frame, of which all was written, in such a way that the client knows it has all. */
    void endOutput(Channel channel, int code);

    /** The longest interval of heartbeats that those between, proxies and browsers, let live, in seconds. */
    default int maxHeartbeatSeconds() {
        return Integer.MAX_VALUE;
    }

    /** Ends the output of the socket itself. */
    static void shutdownOutput(Channel channel) {
        var _ = channel instanceof DuplexChannel duplex ? duplex.shutdownOutput() : channel.close();
    }
}
