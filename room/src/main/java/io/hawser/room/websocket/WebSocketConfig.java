package io.hawser.room.websocket;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;

/**
 * How browsers get in.
 *
 * @param path where WebSocket is asked for
 * @param origins pages that may, as {@code https://app.example.com}; {@code *}: all. Who is no browser names no origin,
 *     and may
 * @param deflate whether messages are compressed where the client can (RFC 7692): costs time, and a few hundred KB a
 *     connection that does
 */
public record WebSocketConfig(String path, List<String> origins, boolean deflate) {
    private static final int MAX_ORIGINS = 1_024;

    public WebSocketConfig {
        origins = List.copyOf(origins);
        if (!path.startsWith("/") || path.indexOf('?') >= 0) {
            throw refusal("path: " + path + " (expected: /…, and no query)");
        }
        if (origins.size() > MAX_ORIGINS) {
            throw refusal("origins: " + origins.size() + " (expected: at most " + MAX_ORIGINS + ")");
        }
        origins.forEach(WebSocketConfig::checkOrigin);
    }

    public static WebSocketConfig defaults() {
        return new WebSocketConfig("/v1/connect", List.of("*"), false);
    }

    boolean allows(String origin) {
        return origins.stream().anyMatch(allowed -> allowed.equals("*") || allowed.equalsIgnoreCase(origin));
    }

    private static void checkOrigin(String origin) {
        if (!origin.equals("*") && !origin.equals("null") && !origin.matches("[a-z][a-z0-9+.-]*://[^/]+")) {
            throw refusal("origins: " + origin + " (expected: scheme://host, scheme://host:port or *)");
        }
    }

    private static HawserException refusal(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
