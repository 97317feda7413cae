package io.hawser.room.gateway;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;

/**
 * A port that clients connect to.
 *
 * @param host the address to bind, {@code 0.0.0.0} for all
 * @param port 0 for any free one
 * @param advertised "ip:port" that clients are told, one for each network that reaches it; empty: the bound one, or this
 *     machine's address where all are bound
 * @param proxyProtocol whether proxies connect, and say first, by version 2 of the PROXY protocol, for whom
 */
public record Listener(String host, int port, List<String> advertised, boolean proxyProtocol) {
    public Listener {
        if (host.isBlank()) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "host: blank (expected: an address to bind)");
        }
        if (port < 0 || port > 65_535) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "port: " + port + " (expected: 0 to 65535)");
        }
        advertised = List.copyOf(advertised);
    }

    public static Listener defaults() {
        return new Listener("127.0.0.1", 0, List.of(), false);
    }
}
