package io.hawser.room.gateway;

import io.hawser.room.tls.TlsConfig;
import io.hawser.room.websocket.WebSocketConfig;
import io.hawser.wire.Bounds;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;

/**
 * How clients get in. Listeners, loops and backlog are read once, at the start; the rest holds for who connects later.
 *
 * @param listeners the ports
 * @param loops event loops that connections are spread over; 0: two, or one a processor where there are more
 * @param backlog connections that the kernel holds until they are accepted
 * @param maxConnections connections of this room; beyond, a new one is told RESOURCE_EXHAUSTED and closed
 * @param maxUnauthenticated of these, such as never made a binding; beyond, likewise
 * @param tls how the room proves what it is, at the ports that have TLS
 * @param webSocket what is asked of WebSocket, at the ports that have it
 */
public record GatewayConfig(
        List<Listener> listeners,
        int loops,
        int backlog,
        int maxConnections,
        int maxUnauthenticated,
        TlsConfig tls,
        WebSocketConfig webSocket) {
    public GatewayConfig {
        listeners = List.copyOf(listeners);
        if (listeners.isEmpty()) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "listeners: none (expected: at least 1)");
        }
        if (hasTls(listeners) && !tls.isPresent()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "tls.certificate: none (expected: one, for the listeners with TLS)");
        }
        Bounds.within("loops", loops, 0, 256);
        Bounds.within("backlog", backlog, 1, 1 << 20);
        Bounds.within("maxConnections", maxConnections, 1, 1 << 24);
        Bounds.within("maxUnauthenticated", maxUnauthenticated, 1, maxConnections);
    }

    public static GatewayConfig defaults() {
        return new GatewayConfig(
                List.of(Listener.defaults()),
                0,
                4_096,
                1_000_000,
                50_000,
                TlsConfig.defaults(),
                WebSocketConfig.defaults());
    }

    boolean hasTls() {
        return hasTls(listeners);
    }

    private static boolean hasTls(List<Listener> listeners) {
        return listeners.stream().anyMatch(listener -> listener.kind().isSecure());
    }

    int loopsOrDefault() {
        return loops > 0 ? loops : Math.max(2, Runtime.getRuntime().availableProcessors());
    }
}
