package io.hawser.room.access;

import io.hawser.wire.Bounds;

/** What an address may do, made ready to be asked. */
record AddressLimit(int maxConnections, HandshakeRate handshakes) {
    static final int MAX_CONNECTIONS = 1 << 24;

    AddressLimit {
        Bounds.within("maxConnections", maxConnections, 1, MAX_CONNECTIONS);
    }

    /** @throws io.hawser.wire.HawserException INVALID_ARGUMENT, by the name of the key, where one is out of its range */
    static AddressLimit of(int maxConnections, int handshakesPerSecond, int handshakeBurst) {
        return new AddressLimit(maxConnections, new HandshakeRate(handshakesPerSecond, handshakeBurst));
    }
}
