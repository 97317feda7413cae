package io.hawser.room.access;

import io.hawser.wire.ErrorCode;

/**
 * Why somebody was turned away, as the metric {@code hawser.room.connections.turned.away} counts it, and what clients are
 * told. One of a network that is not let in did nothing wrong, and may be on another one soon.
 */
public enum Reason {
    /** The room holds as many connections, or such without a binding, as it may. */
    FULL(ErrorCode.RESOURCE_EXHAUSTED, "room: full"),
    /** The room is short of memory or time. */
    OVERLOADED(ErrorCode.RESOURCE_EXHAUSTED, "room: overloaded"),
    /** The room is about to stop. */
    DRAINING(ErrorCode.DRAINING, "room: about to stop"),
    /** By a ban of the network. */
    BANNED(ErrorCode.BANNED, "banned"),
    /** By {@code access.deny}. */
    DENIED(ErrorCode.BANNED, "network: not let in"),
    /** {@code access.allow} says who is let in, and this is nobody of these. */
    NOT_ALLOWED(ErrorCode.BANNED, "network: not let in"),
    /** The address has as many connections as it may. */
    ADDRESS_FULL(ErrorCode.RESOURCE_EXHAUSTED, "address: too many connections"),
    /** The address connects too often. */
    ADDRESS_RATE(ErrorCode.RESOURCE_EXHAUSTED, "address: connects too often"),
    /** All together connect too often. */
    ROOM_RATE(ErrorCode.RESOURCE_EXHAUSTED, "room: too many connect at once"),
    /** On a port for proxies: who is none of {@code access.trustedProxies}. */
    UNTRUSTED_PROXY(ErrorCode.UNAVAILABLE, "port: for trusted proxies alone"),
    /** On a port for proxies: what came first, if anything, was no header of the PROXY protocol. */
    PROXY_HEADER_MISSING(ErrorCode.UNAVAILABLE, "PROXY header: none (expected: version 2, before all else)"),
    /** The header was of version 1. */
    PROXY_HEADER_V1(ErrorCode.UNAVAILABLE, "PROXY header: version 1 (expected: version 2)"),
    /** The header breaks the PROXY protocol, or is too long. */
    PROXY_HEADER_MALFORMED(ErrorCode.UNAVAILABLE, "PROXY header: malformed (expected: version 2)");

    final ErrorCode code;
    final String detail;

    Reason(ErrorCode code, String detail) {
        this.code = code;
        this.detail = detail;
    }
}
