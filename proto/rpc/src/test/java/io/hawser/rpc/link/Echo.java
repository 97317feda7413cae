package io.hawser.rpc.link;

import io.grpc.MethodDescriptor;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A service that answers with the number it was sent, and a client of it. */
final class Echo implements AutoCloseable {
    static final MethodDescriptor<AcknowledgeRequest, AcknowledgeReply> METHOD = SaverGrpc.getAcknowledgeMethod();
    static final Duration AMPLE = Duration.ofSeconds(20);

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final SimpleMeterRegistry serverMeters = new SimpleMeterRegistry();
    final LinkLoops loops = LinkLoops.start("client", 1);
    final FixedMembership membership = new FixedMembership();
    final LinkServer server;
    final LinkClient client;

    Echo(LinkServer.Handler<AcknowledgeRequest, AcknowledgeReply> handler) {
        this(handler, LinkSettings.defaults(), LinkServerSettings.defaults());
    }

    Echo(
            LinkServer.Handler<AcknowledgeRequest, AcknowledgeReply> handler,
            LinkSettings settings,
            LinkServerSettings serverSettings) {
        server = serve(handler, serverSettings, 0);
        membership.set(FixedMembership.peer("echo-1", server.port()));
        client = new LinkClient("test/test-1", "echo", membership, settings, meters, loops);
    }

    /** An echo whose answer is at once. */
    static CompletableFuture<AcknowledgeReply> back(AcknowledgeRequest request, Caller caller) {
        return CompletableFuture.completedFuture(reply(request));
    }

    static AcknowledgeReply reply(AcknowledgeRequest request) {
        return AcknowledgeReply.newBuilder().setAcknowledged(request.getSeq()).build();
    }

    static AcknowledgeRequest request(long number) {
        return AcknowledgeRequest.newBuilder().setSeq(number).build();
    }

    LinkServer serve(
            LinkServer.Handler<AcknowledgeRequest, AcknowledgeReply> handler, LinkServerSettings settings, int port) {
        return LinkServer.builder(settings, serverMeters)
                .handle(METHOD, handler, request -> request.getMessages() > 0)
                .start("127.0.0.1", port);
    }

    /** A call whose reply may take its time. */
    CompletableFuture<AcknowledgeReply> callAtLeisure(long number) {
        AcknowledgeRequest request = request(number).toBuilder().setMessages(1).build();
        return client.call(Route.leastLoaded(), METHOD, request, "", AMPLE);
    }

    CompletableFuture<AcknowledgeReply> call(long number) {
        return call("", number, AMPLE);
    }

    CompletableFuture<AcknowledgeReply> call(String app, long number, Duration timeout) {
        return client.call(Route.leastLoaded(), METHOD, request(number), app, timeout);
    }

    /** Runs {@code calls} in one turn of the client's event loop, and returns when they are made. */
    void inOneTurn(Runnable calls) {
        CompletableFuture.runAsync(calls, loops.all().getFirst()).join();
    }

    double count(String meter, String... tags) {
        return meters.get(meter).tags(tags).counter().count();
    }

    double gauge(String meter) {
        return meters.get(meter).gauge().value();
    }

    double serverGauge(String meter) {
        return serverMeters.get(meter).gauge().value();
    }

    @Override
    public void close() {
        client.close();
        server.close();
        loops.close();
    }
}
