package io.hawser.room.access;

import io.hawser.rpc.id.Network;

/**
 * A network each of whose addresses stands for many clients, as those of a carrier's NAT do.
 *
 * @param network the addresses; where several hold one, the smallest counts
 * @param maxConnections connections that each may have at once
 * @param handshakesPerSecond connections a second that are taken from each
 * @param handshakeBurst connections that are taken at once after a while with few
 */
public record SharedNetwork(Network network, int maxConnections, int handshakesPerSecond, int handshakeBurst) {
    public SharedNetwork {
        var _ = AddressLimit.of(maxConnections, handshakesPerSecond, handshakeBurst);
    }

    static SharedNetwork unlimited(String network) {
        return new SharedNetwork(
                Network.parse(network), AddressLimit.MAX_CONNECTIONS, HandshakeRate.MAX, HandshakeRate.MAX);
    }

    AddressLimit limit() {
        return AddressLimit.of(maxConnections, handshakesPerSecond, handshakeBurst);
    }
}
