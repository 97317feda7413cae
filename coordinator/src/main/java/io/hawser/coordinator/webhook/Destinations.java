package io.hawser.coordinator.webhook;

import com.linecorp.armeria.client.Endpoint;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Where a callback's connections go: to addresses that were checked, under the name of the URL. The name is looked up once
 * an attempt and by nobody else, so that no second answer can lead elsewhere.
 */
final class Destinations {
    /** Of the many addresses that a name may have. */
    private static final int MAX_TRIED = 3;

    private final Names names;

    /** Looks a host up; a literal address is its own answer. */
    interface Names {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    Destinations(Names names) {
        this.names = names;
    }

    /**
     * Returns what to connect to, in the order in which to try it: never none.
     *
     * @throws UnknownHostException where the name has no address
     * @throws HawserException PERMISSION_DENIED where callbacks may not go to one of its addresses
     * @throws IllegalArgumentException where the URL names no host
     */
    List<Endpoint> of(URI url, DeniedNetworks denied) throws UnknownHostException {
        String host = host(url);
        InetAddress[] addresses = names.lookUp(host);
        for (InetAddress address : addresses) {
            if (denied.contain(address)) {
                throw HawserException.refusal(
                        ErrorCode.PERMISSION_DENIED,
                        host + ": " + address.getHostAddress()
                                + " (expected: an address outside of webhooks.deniedNetworks)");
            }
        }
        Endpoint named = url.getPort() < 0 ? Endpoint.of(host) : Endpoint.of(host, url.getPort());
        return Arrays.stream(addresses)
                .limit(MAX_TRIED)
                .map(named::withInetAddress)
                .toList();
    }

    private static String host(URI url) {
        String host = url.getHost();
        if (host == null) {
            throw new IllegalArgumentException(url + " (expected: one with a host)");
        }
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
