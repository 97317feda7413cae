package io.hawser.bench.platform;

import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Links to the instances of a service, at addresses that are known. */
public final class Links {
    private Links() {}

    /** @param addresses {@code host:port} by the instance's name */
    public static LinkClient to(String service, Map<String, String> addresses) {
        List<Peer> peers = addresses.entrySet().stream()
                .map(one -> peer(service, one.getKey(), one.getValue()))
                .toList();
        return new LinkClient(
                "center/bench", service, fixed(peers), LinkSettings.defaults(), new SimpleMeterRegistry());
    }

    private static Peer peer(String service, String name, String address) {
        int colon = address.lastIndexOf(':');
        return new Peer(
                service, name, address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)), 1, "");
    }

    /** A membership that never changes. */
    public static Membership fixed(List<Peer> peers) {
        Membership.View view = new Membership.View(1, peers);
        return new Membership() {
            @Override
            public View view() {
                return view;
            }

            @Override
            public AutoCloseable onChange(Consumer<View> listener) {
                listener.accept(view);
                return () -> {};
            }
        };
    }
}
