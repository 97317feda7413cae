package io.hawser.keeper;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.Map;

/**
 * What an instance tells others of itself.
 *
 * @param host where its links are reached, as others see it
 * @param port where its links are reached; 0 when it takes none
 * @param zone where it stands; empty where there are no zones
 * @param attributes what else consumers may want, such as addresses for clients
 * @param listedWhileDraining whether others still see it while it drains: true for one that holds what others must
 *     reach by its name, false for one whose work should pass to others first
 */
public record Advertisement(
        String host, int port, String zone, Map<String, String> attributes, boolean listedWhileDraining) {
    public Advertisement {
        if (host.isBlank() || port < 0 || port > 65_535) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "advertised: " + host + ":" + port + " (expected: host and port)");
        }
        attributes = Map.copyOf(attributes);
    }

    public static Advertisement of(String host, int port, String zone) {
        return new Advertisement(host, port, zone, Map.of(), false);
    }

    public Advertisement withAttributes(Map<String, String> more) {
        return new Advertisement(host, port, zone, more, listedWhileDraining);
    }

    public Advertisement listedWhileDraining(boolean listed) {
        return new Advertisement(host, port, zone, attributes, listed);
    }
}
