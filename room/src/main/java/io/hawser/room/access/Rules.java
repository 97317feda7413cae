package io.hawser.room.access;

import io.hawser.rpc.id.Network;
import java.net.InetAddress;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A configuration, made ready to be asked. Never changes. */
final class Rules {
    private final NetworkTable<Network> allowed;
    private final NetworkTable<Network> denied;
    private final NetworkTable<Network> proxies;
    private final NetworkTable<AddressLimit> shared;
    private final AddressLimit limit;
    private final HandshakeRate handshakes;
    private final AccessConfig config;

    Rules(AccessConfig config) {
        this.config = config;
        this.allowed = NetworkTable.of(config.allow());
        this.denied = NetworkTable.of(config.deny());
        this.proxies = NetworkTable.of(config.trustedProxies());
        this.shared = new NetworkTable<>(
                config.shared().stream().collect(Collectors.toMap(SharedNetwork::network, SharedNetwork::limit)));
        this.limit = config.address().limit();
        this.handshakes = new HandshakeRate(config.handshakesPerSecond(), config.handshakeBurst());
    }

    AccessConfig config() {
        return config;
    }

    HandshakeRate handshakes() {
        return handshakes;
    }

    int maxSources() {
        return config.maxAddresses();
    }

    int prefix6() {
        return config.address().prefix6();
    }

    boolean trusts(InetAddress proxy) {
        return proxies.contains(proxy);
    }

    AddressLimit limitOf(InetAddress address) {
        AddressLimit own = shared.find(address);
        return own == null ? limit : own;
    }

    /** Returns what the lists say against an address; null: nothing. */
    @Nullable
    Refusal ofNetwork(InetAddress address) {
        if (denied.contains(address)) {
            return refusal(Reason.DENIED);
        }
        return allowed.isEmpty() || allowed.contains(address) ? null : refusal(Reason.NOT_ALLOWED);
    }

    /** What a client is told. */
    Refusal refusal(Reason reason) {
        return new Refusal(reason, config.retryAfter());
    }
}
