package io.hawser.room.gateway;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;

/**
 * How clients get in. Listeners, loops and backlog are read once, at the start.
 *
 * @param listeners the ports
 * @param loops event loops that connections are spread over; 0: two, or one a processor where there are more
 * @param backlog connections that the kernel holds until they are accepted
 * @param maxConnections connections of this room; beyond, a new one is told RESOURCE_EXHAUSTED and closed
 * @param maxUnauthenticated of these, such as never made a binding; beyond, likewise
 */
public record GatewayConfig(
        List<Listener> listeners, int loops, int backlog, int maxConnections, int maxUnauthenticated) {
    public GatewayConfig {
        listeners = List.copyOf(listeners);
        if (listeners.isEmpty()) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "listeners: none (expected: at least 1)");
        }
        within("loops", loops, 0, 256);
        within("backlog", backlog, 1, 1 << 20);
        within("maxConnections", maxConnections, 1, 1 << 24);
        within("maxUnauthenticated", maxUnauthenticated, 1, maxConnections);
    }

    public static GatewayConfig defaults() {
        return new GatewayConfig(List.of(Listener.defaults()), 0, 4_096, 1_000_000, 50_000);
    }

    int loopsOrDefault() {
        return loops > 0 ? loops : Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    private static void within(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }
}
