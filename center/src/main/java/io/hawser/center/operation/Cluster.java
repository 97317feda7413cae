package io.hawser.center.operation;

import com.google.protobuf.MessageLite;
import com.google.protobuf.util.Timestamps;
import io.grpc.MethodDescriptor;
import io.hawser.api.v1.Instance;
import io.hawser.api.v1.ListInstancesResponse;
import io.hawser.api.v1.Totals;
import io.hawser.center.link.Links;
import io.hawser.keeper.registry.Registration;
import io.hawser.rpc.link.LinkClient;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** What runs, and what it does all together. */
final class Cluster {
    /** In which rooms, centers and dispatchers advertise where clients and callers reach them. */
    private static final List<String> CLIENT_ATTRIBUTES = List.of("addresses", "api", "http");

    /** Rooms say so where by other transports than plain TCP: {@code addresses.tls}. */
    private static final String OTHER_ADDRESSES = "addresses.";

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final List<String> services;
    private final Function<String, List<Registration>> registrations;
    private final Links links;

    /** {@code registrations} are those of a service's live instances, by its name. */
    Cluster(List<String> services, Function<String, List<Registration>> registrations, Links links) {
        this.services = services;
        this.registrations = registrations;
        this.links = links;
    }

    /** Instances of one service, or of all. */
    ListInstancesResponse instances(String service) {
        if (!service.isEmpty() && !services.contains(service)) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "service: " + service + " (expected: one of " + services + ")");
        }
        ListInstancesResponse.Builder response = ListInstancesResponse.newBuilder();
        services.stream()
                .filter(name -> service.isEmpty() || service.equals(name))
                .flatMap(name -> registrations.apply(name).stream())
                .forEach(registration -> response.addInstances(instance(registration)));
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

    private static Instance instance(Registration of) {
        return Instance.newBuilder()
                .setService(of.service())
                .setName(of.name())
                .setAddress(of.port() == 0 ? of.host() : of.host() + ":" + of.port())
                .setZone(of.zone())
                .setIncarnation(of.incarnation())
                .addAllClientAddresses(clientAddresses(of.attributes()))
                .setVersion(of.version())
                .setStarted(Timestamps.fromMillis(of.startedAt().toEpochMilli()))
                .build();
    }

    private static List<String> clientAddresses(Map<String, String> attributes) {
        Stream<String> usual = CLIENT_ATTRIBUTES.stream()
                .flatMap(name -> Stream.ofNullable(attributes.get(name)))
                .flatMap(Cluster::each);
        Stream<String> others = attributes.entrySet().stream()
                .filter(attribute -> attribute.getKey().startsWith(OTHER_ADDRESSES))
                .sorted(Map.Entry.comparingByKey())
                .flatMap(attribute ->
                        withTransport(attribute.getKey().substring(OTHER_ADDRESSES.length()), attribute.getValue()));
        return Stream.concat(usual, others).toList();
    }

    private static Stream<String> withTransport(String transport, String addresses) {
        return each(addresses).map(address -> transport + "://" + address);
    }

    private static Stream<String> each(String addresses) {
        return Arrays.stream(addresses.split(","));
    }
}
