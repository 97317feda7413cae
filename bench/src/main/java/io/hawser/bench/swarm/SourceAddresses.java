package io.hawser.bench.swarm;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Where clients connect from: many addresses of 127.0.0.0/8, where the other side is on this machine. */
final class SourceAddresses {
    private static final int CLIENTS_AN_ADDRESS = 50;
    private static final int HOSTS = 250;

    private final int network;

    SourceAddresses(int network) {
        this.network = network;
    }

    /** Returns the address of a client; null: whatever the system takes. */
    @Nullable
    InetSocketAddress of(int client, InetSocketAddress server) {
        if (!server.getAddress().isLoopbackAddress()) {
            return null;
        }
        int host = client / CLIENTS_AN_ADDRESS;
        byte[] address = {127, (byte) network, (byte) (host / HOSTS % HOSTS), (byte) (1 + host % HOSTS)};
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), 0);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
