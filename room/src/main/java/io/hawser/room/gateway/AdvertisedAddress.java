package io.hawser.room.gateway;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What clients are told of a port.
 *
 * @param kind what they speak there: another than the port itself where something between ends TLS
 * @param address "ip:port" or "name:port"
 */
record AdvertisedAddress(ListenerKind kind, String address) {
    private static final String SCHEME_ENDS = "://";

    /** @param text {@code 10.0.0.7:7000}, or {@code wss://rooms.example.com:443} where the kind is another */
    static AdvertisedAddress parse(String text, ListenerKind kind) {
        int end = text.indexOf(SCHEME_ENDS);
        return end < 0
                ? new AdvertisedAddress(kind, text)
                : new AdvertisedAddress(kind(text.substring(0, end)), text.substring(end + SCHEME_ENDS.length()));
    }

    private static ListenerKind kind(String transport) {
        return Arrays.stream(ListenerKind.values())
                .filter(kind -> kind.transport().equals(transport))
                .findFirst()
                .orElseThrow(() -> HawserException.refusal(
                        ErrorCode.INVALID_ARGUMENT, "advertised: " + transport + "://… (expected: " + names() + ")"));
    }

    private static String names() {
        return Arrays.stream(ListenerKind.values()).map(ListenerKind::transport).collect(Collectors.joining(", "));
    }
}
