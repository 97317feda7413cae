package io.hawser.dispatcher;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What rooms' addresses are spoken to in, as {@code docs/protocol.md} names it in lower case. */
enum Transport {
    TCP,
    TLS,
    WS,
    WSS;

    private static final String NAMES = "tcp, tls, ws or wss";

    /** Its name among rooms and clients. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns none where a newer room has one that is not known here. */
    static Optional<Transport> of(String name) {
        return Arrays.stream(values())
                .filter(transport -> transport.label().equals(name))
                .findFirst();
    }

    /** @throws io.hawser.wire.HawserException INVALID_ARGUMENT */
    static Transport parse(String name) {
        return of(name).orElseThrow(() -> Checks.refusal("transport", Checks.label("transport", name, 64), NAMES));
    }
}
