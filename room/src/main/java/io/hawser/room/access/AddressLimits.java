package io.hawser.room.access;

import io.hawser.wire.Bounds;

/**
 * What one address may do.
 *
 * @param maxConnections connections that it may have at once
 * @param handshakesPerSecond connections a second that are taken from it
 * @param handshakeBurst connections that are taken at once after a while with few
 * @param prefix6 leading bits of an IPv6 address that count as one: a site is given a network of 64 or fewer
 */
public record AddressLimits(int maxConnections, int handshakesPerSecond, int handshakeBurst, int prefix6) {
    public AddressLimits {
        var _ = AddressLimit.of(maxConnections, handshakesPerSecond, handshakeBurst);
        Bounds.within("prefix6", prefix6, 32, 64);
    }

    public static AddressLimits defaults() {
        return new AddressLimits(10_000, 500, 2_000, 64);
    }

    AddressLimit limit() {
        return AddressLimit.of(maxConnections, handshakesPerSecond, handshakeBurst);
    }
}
