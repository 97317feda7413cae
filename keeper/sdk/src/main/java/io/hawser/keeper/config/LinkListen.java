package io.hawser.keeper.config;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where a service listens for the links of others, and under which host it is known to them.
 *
 * @param host the address to bind, {@code 0.0.0.0} for all
 * @param port 0 for any free one
 * @param advertisedHost what others connect to; empty: the bound host, or this machine's address where all are bound
 */
public record LinkListen(String host, int port, String advertisedHost) {
    public LinkListen {
        if (host.isBlank()) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "host: blank (expected: an address to bind)");
        }
        Ports.check(port);
    }

    public static LinkListen defaults() {
        return new LinkListen("127.0.0.1", 0, "");
    }

    /**
     * Returns the host that others reach this service by.
     *
     * @throws HawserException with INVALID_ARGUMENT when all addresses are bound and this machine's own is unknown
     */
    public String reachableHost() {
        if (!advertisedHost.isEmpty()) {
            return advertisedHost;
        }
        try {
            InetAddress bound = InetAddress.getByName(host);
            return bound.isAnyLocalAddress() ? InetAddress.getLocalHost().getHostAddress() : host;
        } catch (UnknownHostException e) {
            throw new HawserException(
                    ErrorCode.INVALID_ARGUMENT, "advertisedHost: empty (expected: the host that others reach)", e);
        }
    }
}
