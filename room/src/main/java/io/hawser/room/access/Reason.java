package io.hawser.room.access;

/** Why somebody was turned away, as the metric {@code hawser.room.connections.turned.away} counts it. */
public enum Reason {
    /** The room holds as many connections, or such without a binding, as it may. */
    FULL,
    /** The room is short of memory or time. */
    OVERLOADED,
    /** The room is about to stop. */
    DRAINING,
    /** By a ban of the network. */
    BANNED,
    /** By {@code access.deny}. */
    DENIED,
    /** {@code access.allow} says who is let in, and this is nobody of these. */
    NOT_ALLOWED,
    /** The address has as many connections as it may. */
    ADDRESS_FULL,
    /** The address connects too often. */
    ADDRESS_RATE,
    /** All together connect too often. */
    ROOM_RATE,
    /** On a port for proxies: who is none of {@code access.trustedProxies}. */
    UNTRUSTED_PROXY,
    /** On a port for proxies: what came first, if anything, was no header of the PROXY protocol. */
    PROXY_HEADER_MISSING,
    /** The header was of version 1. */
    PROXY_HEADER_V1,
    /** The header breaks the PROXY protocol, or is too long. */
    PROXY_HEADER_MALFORMED
}
