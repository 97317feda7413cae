package io.hawser.room.connection;

import io.hawser.room.access.Reason;

/** Why a connection ended, as the metric {@code hawser.room.connections.closed} counts it. */
enum CloseReason {
    /** The client closed, or its network did. */
    CLIENT,
    HANDSHAKE_TIMEOUT,
    HEARTBEAT_TIMEOUT,
    /** What came was not the protocol. */
    BAD_FRAME,
    /** TLS or WebSocket was not as it must be. */
    BAD_CARRIER,
    VERSION_UNSUPPORTED,
    /** It was full, or about to stop. */
    REFUSED,
    BANNED,
    /** Its network is let in no more. */
    ACCESS_DENIED,
    /** It sent far more than it may. */
    TOO_FAST,
    /** The same installation is back on another connection. */
    RETURNED_ELSEWHERE,
    DRAINED,
    /** The room was short of memory or time, and this was one of those that went for it. */
    OVERLOADED,
    FAULT;

    /** Of one that may not be here. */
    static CloseReason of(Reason reason) {
        return switch (reason) {
            case BANNED -> BANNED;
            case OVERLOADED -> OVERLOADED;
            case DENIED, NOT_ALLOWED -> ACCESS_DENIED;
            case FULL,
                    DRAINING,
                    ADDRESS_FULL,
                    ADDRESS_RATE,
                    ROOM_RATE,
                    UNTRUSTED_PROXY,
                    PROXY_HEADER_MISSING,
                    PROXY_HEADER_V1,
                    PROXY_HEADER_MALFORMED -> REFUSED;
        };
    }
}
