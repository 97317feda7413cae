package io.hawser.center.operation;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.api.v1.Instance;
import io.hawser.api.v1.ListInstancesResponse;
import io.hawser.api.v1.Totals;
import io.hawser.center.link.Links;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RegisterTotalsRequest;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.RoomTotalsRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.SaverTotalsRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What runs, and what it does all together. */
final class Cluster {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final SortedMap<String, Membership> services;
    private final Links links;

    Cluster(Map<String, Membership> services, Links links) {
        this.services = new TreeMap<>(services);
        this.links = links;
    }

    /** Instances of one service, or of all. */
    ListInstancesResponse instances(String service) {
        if (!service.isEmpty() && !services.containsKey(service)) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "service: " + service + " (expected: one of " + services.keySet() + ")");
        }
        ListInstancesResponse.Builder response = ListInstancesResponse.newBuilder();
        services.forEach((name, members) -> {
            if (service.isEmpty() || service.equals(name)) {
                members.view().peers().forEach(peer -> response.addInstances(instance(peer)));
            }
        });
        return response.build();
    }

    /** The sums over all instances that answer in time. */
    CompletableFuture<Totals> totals() {
        List<CompletableFuture<Consumer<Totals.Builder>>> asked = new ArrayList<>();
        ask(
                asked,
                links.room(),
                RoomGrpc.getRoomTotalsMethod(),
                RoomTotalsRequest.getDefaultInstance(),
                (sum, of) -> sum.setConnections(sum.getConnections() + of.getConnections())
                        .setBindings(sum.getBindings() + of.getBindings()));
        ask(
                asked,
                links.register(),
                RegisterGrpc.getTotalsMethod(),
                RegisterTotalsRequest.getDefaultInstance(),
                (sum, of) -> sum.setSessions(sum.getSessions() + of.getSessions()));
        ask(
                asked,
                links.saver(),
                SaverGrpc.getSaverTotalsMethod(),
                SaverTotalsRequest.getDefaultInstance(),
                (sum, of) -> sum.setMessagesAppended(sum.getMessagesAppended() + of.getAppended())
                        .setMessagesAcknowledged(sum.getMessagesAcknowledged() + of.getAcknowledged())
                        .setMailboxesOwed(sum.getMailboxesOwed() + of.getOwed()));
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).thenApply(all -> sum(asked));
    }

    private static Totals sum(List<CompletableFuture<Consumer<Totals.Builder>>> parts) {
        Totals.Builder sum = Totals.newBuilder();
        parts.forEach(part -> part.join().accept(sum));
        return sum.build();
    }

    private static <Q extends MessageLite, R extends MessageLite> void ask(
            List<CompletableFuture<Consumer<Totals.Builder>>> asked,
            LinkClient link,
            MethodDescriptor<Q, R> method,
            Q request,
            BiConsumer<Totals.Builder, R> add) {
        for (Peer peer : link.membership().view().peers()) {
            asked.add(link.call(Route.peer(peer.name()), method, request, "", TIMEOUT)
                    .handle((reply, failure) -> sum -> {
                        if (reply == null) {
                            sum.addMissing(peer.service() + "/" + peer.name());
                        } else {
                            add.accept(sum, reply);
                        }
                    }));
        }
    }

    private static Instance instance(Peer peer) {
        return Instance.newBuilder()
                .setService(peer.service())
                .setName(peer.name())
                .setAddress(peer.port() == 0 ? peer.host() : peer.host() + ":" + peer.port())
                .setZone(peer.zone())
                .setIncarnation(peer.incarnation())
                .build();
    }
}
