package io.hawser.bench;

import static java.util.Objects.requireNonNull;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.BroadcastsGrpc;
import io.hawser.api.v1.Callback;
import io.hawser.api.v1.CallbacksGrpc;
import io.hawser.api.v1.CreateBroadcastRequest;
import io.hawser.api.v1.CreateCallbackRequest;
import io.hawser.api.v1.DeleteCallbackRequest;
import io.hawser.api.v1.IssueTokenRequest;
import io.hawser.api.v1.IssueTokenResponse;
import io.hawser.api.v1.IssuedCallback;
import io.hawser.api.v1.MessagesGrpc;
import io.hawser.api.v1.SendRequest;
import io.hawser.api.v1.SendResponse;
import io.hawser.api.v1.UsersGrpc;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The center of a small platform: the API, and what goes up to the apps' back ends. */
final class SmallCenter implements AutoCloseable {
    private final SmallStore store;
    private final Map<String, URI> backEnds = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> taken = new ConcurrentHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Server server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new Messages())
            .addService(new Users())
            .addService(new Callbacks())
            .addService(new Broadcasts())
            .build();

    SmallCenter(SmallStore store) throws IOException {
        this.store = store;
        server.start();
    }

    int port() {
        return server.getPort();
    }

    /** To the back end first, and the answer then: one that it has is not taken there again. */
    UplinkAck carry(String user, Uplink uplink) {
        AtomicLong newest = taken.computeIfAbsent(user, first -> new AtomicLong());
        synchronized (newest) {
            if (uplink.getNumber() > newest.get()) {
                post(user, uplink);
                newest.set(uplink.getNumber());
            }
            return UplinkAck.newBuilder().setBinding(1).setNumber(newest.get()).build();
        }
    }

    private void post(String user, Uplink uplink) {
        String webhook = "{\"type\":\"uplink\",\"data\":{\"user\":\"%s\",\"number\":%d,\"data\":\"%s\"}}"
                .formatted(
                        user,
                        uplink.getNumber(),
                        Base64.getEncoder().encodeToString(uplink.getBody().toByteArray()));
        HttpRequest request = HttpRequest.newBuilder(requireNonNull(backEnds.get(uplink.getRoute())))
                .POST(HttpRequest.BodyPublishers.ofString(webhook))
                .build();
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding()).join();
    }

    @Override
    public void close() {
        server.shutdownNow();
        http.shutdownNow();
    }

    private final class Messages extends MessagesGrpc.MessagesImplBase {
        @Override
        public void send(SendRequest request, StreamObserver<SendResponse> reply) {
            store.send(request.getTarget().getUser(), request.getData());
            reply.onNext(SendResponse.getDefaultInstance());
            reply.onCompleted();
        }
    }

    private final class Broadcasts extends BroadcastsGrpc.BroadcastsImplBase {
        @Override
        public void createBroadcast(CreateBroadcastRequest request, StreamObserver<io.hawser.api.v1.Broadcast> reply) {
            store.broadcast(request.getApp(), request.getData());
            reply.onNext(io.hawser.api.v1.Broadcast.getDefaultInstance());
            reply.onCompleted();
        }
    }

    private final class Callbacks extends CallbacksGrpc.CallbacksImplBase {
        @Override
        public void createCallback(CreateCallbackRequest request, StreamObserver<IssuedCallback> reply) {
            backEnds.put(
                    request.getCallback().getRoutes(0),
                    URI.create(request.getCallback().getUrls(0)));
            reply.onNext(IssuedCallback.getDefaultInstance());
            reply.onCompleted();
        }

        @Override
        public void deleteCallback(DeleteCallbackRequest request, StreamObserver<Callback> reply) {
            reply.onNext(Callback.getDefaultInstance());
            reply.onCompleted();
        }
    }

    private static final class Users extends UsersGrpc.UsersImplBase {
        @Override
        public void issueToken(IssueTokenRequest request, StreamObserver<IssueTokenResponse> reply) {
            reply.onNext(IssueTokenResponse.newBuilder().setToken("t").build());
            reply.onCompleted();
        }
    }
}
