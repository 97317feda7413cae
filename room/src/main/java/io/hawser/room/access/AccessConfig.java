package io.hawser.room.access;

import io.hawser.rpc.id.Network;
import io.hawser.wire.Bounds;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.List;

/**
 * Who gets in, and how much each may do. All of it holds from the moment it changes: a network that is denied then is
 * closed, a limit that is lowered leaves those alone who are in.
 *
 * @param allow networks that are let in alone; empty: all are
 * @param deny networks that are not let in, be they allowed or not
 * @param address what one address may do
 * @param shared what each address of some networks may do instead, behind which there are many clients
 * @param maxAddresses addresses that are counted; beyond, another one is let in uncounted
 * @param handshakesPerSecond connections a second that are taken, of all addresses together
 * @param handshakeBurst connections that are taken at once after a while with few
 * @param trustedProxies who may say where a client connects from, on listeners with {@code proxyProtocol}
 * @param frames how fast a connection may send
 * @param apps how many bindings an app may have
 * @param retryAfter when a client that was not let in is told to come back
 */
public record AccessConfig(
        List<Network> allow,
        List<Network> deny,
        AddressLimits address,
        List<SharedNetwork> shared,
        int maxAddresses,
        int handshakesPerSecond,
        int handshakeBurst,
        List<Network> trustedProxies,
        FrameRates frames,
        AppQuotas apps,
        Duration retryAfter) {
    public AccessConfig {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        shared = List.copyOf(shared);
        trustedProxies = List.copyOf(trustedProxies);
        Bounds.within("maxAddresses", maxAddresses, 0, 1 << 24);
        var _ = new HandshakeRate(handshakesPerSecond, handshakeBurst);
        Bounds.within("retryAfter ms", retryAfter.toMillis(), 100, 3_600_000);
        long networks = shared.stream().map(SharedNetwork::network).distinct().count();
        if (networks < shared.size()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "shared: a network twice (expected: each network once)");
        }
    }

    /** What comes over loopback is a proxy, a test or a load generator: it is not taken for one client. */
    public static AccessConfig defaults() {
        return new AccessConfig(
                List.of(),
                List.of(),
                AddressLimits.defaults(),
                List.of(SharedNetwork.unlimited("127.0.0.0/8"), SharedNetwork.unlimited("::1/128")),
                1_000_000,
                20_000,
                40_000,
                List.of(),
                FrameRates.defaults(),
                AppQuotas.defaults(),
                Duration.ofSeconds(5));
    }

    /** Whether the same addresses are let in by both. */
    public boolean hasListsOf(AccessConfig other) {
        return allow.equals(other.allow) && deny.equals(other.deny);
    }
}
