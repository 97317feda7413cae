package io.hawser.room.gateway;

import java.util.Locale;

/** What a port is spoken to in. Dispatchers, and clients who ask them, know the kinds by these names in lower case. */
public enum ListenerKind {
    TCP(false, false),
    TLS(true, false),
    WS(false, true),
    /** WebSocket over TLS. */
    WSS(true, true);

    private final boolean secure;
    private final boolean webSocket;

    ListenerKind(boolean secure, boolean webSocket) {
        this.secure = secure;
        this.webSocket = webSocket;
    }

    boolean isSecure() {
        return secure;
    }

    boolean isWebSocket() {
        return webSocket;
    }

    /** Its name among dispatchers and clients: {@code wss}. */
    public String transport() {
        return name().toLowerCase(Locale.ROOT);
    }
}
