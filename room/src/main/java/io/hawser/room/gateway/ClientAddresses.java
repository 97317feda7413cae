package io.hawser.room.gateway;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What clients are told to connect to, by what they speak there. */
final class ClientAddresses {
    private final Map<ListenerKind, List<String>> byKind = new EnumMap<>(ListenerKind.class);

    /** Adds what is told of a port that is open. */
    void add(Listener listener, InetSocketAddress bound) {
        if (listener.advertised().isEmpty()) {
            add(new AdvertisedAddress(listener.kind(), format(reachable(bound.getAddress()), bound.getPort())));
        }
        listener.advertised().forEach(text -> add(AdvertisedAddress.parse(text, listener.kind())));
    }

    private void add(AdvertisedAddress told) {
        byKind.computeIfAbsent(told.kind(), kind -> new ArrayList<>()).add(told.address());
    }

    Map<ListenerKind, List<String>> all() {
        return Collections.unmodifiableMap(byKind);
    }

    private static InetAddress reachable(InetAddress bound) {
        try {
            return bound.isAnyLocalAddress() ? InetAddress.getLocalHost() : bound;
        } catch (UnknownHostException e) {
            throw new HawserException(
                    ErrorCode.INVALID_ARGUMENT, "advertised: none (expected: what clients can connect to)", e);
        }
    }

    private static String format(InetAddress address, int port) {
        String host = address.getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
