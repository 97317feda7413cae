package io.hawser.room.gateway;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;

/**
 * A port that clients connect to.
 *
 * @param kind what it is spoken to in
 * @param host the address to bind, {@code 0.0.0.0} for all
 * @param port 0 for any free one
 * @param reusePort whether other rooms of this host may listen there as well (SO_REUSEPORT): the kernel shares out who
 *     connects
 * @param advertised "ip:port" or, for certificates' sake, "name:port" that clients are told, one for each network that
 *     reaches it; "wss://name:port" where a proxy between ends TLS; empty: the bound one, or this machine's address where
 *     all are bound
 * @param proxyProtocol whether proxies connect, and say first, by version 2 of the PROXY protocol, for whom
 */
public record Listener(
        ListenerKind kind, String host, int port, boolean reusePort, List<String> advertised, boolean proxyProtocol) {
    public Listener {
        if (host.isBlank()) {
            throw refusal("host: blank (expected: an address to bind)");
        }
        if (port < 0 || port > 65_535) {
            throw refusal("port: " + port + " (expected: 0 to 65535)");
        }
        if (reusePort && port == 0) {
            throw refusal("port: 0 (expected: the one to share, with reusePort)");
        }
        advertised = List.copyOf(advertised);
        for (String text : advertised) {
            AdvertisedAddress.parse(text, kind);
        }
    }

    public static Listener defaults() {
        return new Listener(ListenerKind.TCP, "127.0.0.1", 0, false, List.of(), false);
    }

    /** What its clients speak: something between may end TLS. Empty: some this, some that. */
    String clientsTransport() {
        List<String> transports = advertised.stream()
                .map(text -> AdvertisedAddress.parse(text, kind).kind().transport())
                .distinct()
                .toList();
        return switch (transports.size()) {
            case 0 -> kind.transport();
            case 1 -> transports.getFirst();
            default -> "";
        };
    }

    private static HawserException refusal(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
