package io.hawser.bench.link;

import io.hawser.bench.platform.Links;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The link, with its defaults. */
final class LinkSide implements Side {
    private final List<Integer> ports;
    private final List<Route> routes;
    private final Duration timeout;
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final LinkClient client;

    LinkSide(List<Integer> ports, Duration timeout) {
        this.ports = ports;
        this.timeout = timeout;
        this.routes = IntStream.range(0, ports.size())
                .mapToObj(i -> Route.peer(nameOf(i)))
                .toList();
        this.client = new LinkClient("bench/bench-1", "echo", everyone(), LinkSettings.defaults(), meters);
    }

    @Override
    public String name() {
        return "link";
    }

    @Override
    public List<Integer> ports() {
        return ports;
    }

    @Override
    public void call(int peer, AppendRequest request, Consumer<@Nullable Throwable> done) {
        var _ = client.call(routes.get(peer), SaverGrpc.getAppendMethod(), request, request.getApp(), timeout)
                .whenComplete((reply, failure) -> done.accept(failure));
    }

    /** Mean requests in a batch, since the start. */
    double meanBatch() {
        return meters.get("hawser.link.batch.requests").summary().mean();
    }

    double pending() {
        return meters.get("hawser.link.pending").gauge().value();
    }

    @Override
    public void close() {
        client.close();
    }

    private Membership everyone() {
        List<Peer> peers = IntStream.range(0, ports.size())
                .mapToObj(i -> new Peer("echo", nameOf(i), "127.0.0.1", ports.get(i), 1, ""))
                .toList();
        return Links.fixed(peers);
    }

    private static String nameOf(int peer) {
        return "echo-" + peer;
    }
}
