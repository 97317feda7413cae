package io.hawser.room.connection;

/** Why a connection ended, as the metric {@code hawser.room.connections.closed} counts it. */
enum CloseReason {
    /** The client closed, or its network did. */
    CLIENT,
    HANDSHAKE_TIMEOUT,
    HEARTBEAT_TIMEOUT,
    /** What came was not the protocol. */
    BAD_FRAME,
    VERSION_UNSUPPORTED,
    /** It was full, or about to stop. */
    REFUSED,
    BANNED,
    /** The same installation is back on another connection. */
    RETURNED_ELSEWHERE,
    DRAINED,
    FAULT
}
