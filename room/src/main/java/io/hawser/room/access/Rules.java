package io.hawser.room.access;

import io.hawser.rpc.id.Network;
import io.hawser.wire.ErrorCode;
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

    /** What a client is told. One of a network that is not let in did nothing wrong, and may be on another one soon. */
    Refusal refusal(Reason reason) {
        return switch (reason) {
            case DENIED, NOT_ALLOWED -> refusal(reason, ErrorCode.BANNED, "network: not let in");
            case ADDRESS_FULL -> refusal(reason, ErrorCode.RESOURCE_EXHAUSTED, "address: too many connections");
            case ADDRESS_RATE -> refusal(reason, ErrorCode.RESOURCE_EXHAUSTED, "address: connects too often");
            case ROOM_RATE -> refusal(reason, ErrorCode.RESOURCE_EXHAUSTED, "room: too many connect at once");
            case FULL -> refusal(reason, ErrorCode.RESOURCE_EXHAUSTED, "room: full");
            case OVERLOADED -> refusal(reason, ErrorCode.RESOURCE_EXHAUSTED, "room: overloaded");
            case DRAINING -> refusal(reason, ErrorCode.DRAINING, "room: about to stop");
            case BANNED -> refusal(reason, ErrorCode.BANNED, "banned");
            case UNTRUSTED_PROXY -> refusal(reason, ErrorCode.UNAVAILABLE, "port: for trusted proxies alone");
            case PROXY_HEADER_MISSING ->
                refusal(reason, ErrorCode.UNAVAILABLE, "PROXY header: none (expected: version 2, before all else)");
            case PROXY_HEADER_V1 ->
                refusal(reason, ErrorCode.UNAVAILABLE, "PROXY header: version 1 (expected: version 2)");
            case PROXY_HEADER_MALFORMED ->
                refusal(reason, ErrorCode.UNAVAILABLE, "PROXY header: malformed (expected: version 2)");
        };
    }

    private Refusal refusal(Reason reason, ErrorCode code, String detail) {
        return new Refusal(reason, code, detail, (int) config.retryAfter().toMillis());
    }
}
