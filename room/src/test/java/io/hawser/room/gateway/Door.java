package io.hawser.room.gateway;

import io.hawser.room.connection.Carrier;
import io.hawser.room.connection.Connection;
import io.hawser.room.websocket.WebSocketConfig;
import io.hawser.room.websocket.WebSockets;
import io.netty.channel.Channel;
import java.util.List;

/** A way in as a listener has it that is configured so, for tests that bring their own channel. */
public final class Door {
    private final boolean proxied;
    private final Entrance entrance;

    /** @param path where WebSocket is asked for; empty: none is, frames come as they are */
    public Door(boolean proxied, String path, boolean deflate) {
        ListenerKind kind = path.isEmpty() ? ListenerKind.TCP : ListenerKind.WS;
        WebSocketConfig config = path.isEmpty()
                ? WebSocketConfig.defaults()
                : new WebSocketConfig(path, List.of("https://example.com"), deflate);
        this.proxied = proxied;
        this.entrance = new Entrance(
                new Listener(kind, "127.0.0.1", 0, false, List.of(), proxied), null, new WebSockets(() -> config));
    }

    public boolean isProxied() {
        return proxied;
    }

    public Carrier carrier() {
        return entrance;
    }

    public void open(Channel channel, Connection connection) {
        if (proxied) {
            channel.pipeline().addLast(new ProxyHeader(connection));
        }
        entrance.open(channel, connection);
    }
}
