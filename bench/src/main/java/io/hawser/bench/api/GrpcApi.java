package io.hawser.bench.api;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.Audience;
import io.hawser.api.v1.BatchSendRequest;
import io.hawser.api.v1.BatchSendResponse;
import io.hawser.api.v1.BroadcastsGrpc;
import io.hawser.api.v1.Callback;
import io.hawser.api.v1.CallbacksGrpc;
import io.hawser.api.v1.CreateBroadcastRequest;
import io.hawser.api.v1.CreateCallbackRequest;
import io.hawser.api.v1.DeleteCallbackRequest;
import io.hawser.api.v1.IssueTokenRequest;
import io.hawser.api.v1.IssueTokenResponse;
import io.hawser.api.v1.MessagesGrpc;
import io.hawser.api.v1.Qos;
import io.hawser.api.v1.SendRequest;
import io.hawser.api.v1.Target;
import io.hawser.api.v1.UsersGrpc;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The API as gRPC, over a few connections. */
public final class GrpcApi implements Api {
    private static final long TIMEOUT_SECONDS = 30;

    private final String app;
    private final List<ManagedChannel> channels;
    private final List<Channel> authorized;
    private final AtomicInteger next = new AtomicInteger();

    public GrpcApi(URI center, String app, String apiKey, int connections) {
        this.app = app;
        this.channels =
                Stream.generate(() -> channel(center)).limit(connections).toList();
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + apiKey);
        this.authorized = channels.stream()
                .map(channel ->
                        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)))
                .toList();
    }

    @Override
    public CompletableFuture<Integer> send(List<String> users, byte[] body) {
        return users.size() == 1 ? sendOne(users.getFirst(), body) : sendBatch(users, body);
    }

    @Override
    public CompletableFuture<String> token(String user) {
        IssueTokenRequest request =
                IssueTokenRequest.newBuilder().setApp(app).setUser(user).build();
        return call(UsersGrpc.getIssueTokenMethod(), request).thenApply(IssueTokenResponse::getToken);
    }

    /** Gives the body to all of the app, stored, at a pace. */
    public CompletableFuture<Void> broadcast(byte[] body, int membersPerSecond) {
        CreateBroadcastRequest request = CreateBroadcastRequest.newBuilder()
                .setApp(app)
                .setAudience(Audience.newBuilder().setAll(true))
                .setData(ByteString.copyFrom(body))
                .setMembersPerSecond(membersPerSecond)
                .build();
        return call(BroadcastsGrpc.getCreateBroadcastMethod(), request).thenAccept(created -> {});
    }

    /** Has uplinks of the route taken to the URL. */
    public CompletableFuture<Void> createCallback(String id, String url, String route) {
        CreateCallbackRequest request = CreateCallbackRequest.newBuilder()
                .setApp(app)
                .setCallback(Callback.newBuilder().setId(id).addUrls(url).addRoutes(route))
                .build();
        return call(CallbacksGrpc.getCreateCallbackMethod(), request).thenAccept(issued -> {});
    }

    public CompletableFuture<Void> deleteCallback(String id) {
        DeleteCallbackRequest request =
                DeleteCallbackRequest.newBuilder().setApp(app).setCallback(id).build();
        return call(CallbacksGrpc.getDeleteCallbackMethod(), request).thenAccept(deleted -> {});
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }

    private CompletableFuture<Integer> sendOne(String user, byte[] body) {
        SendRequest request = SendRequest.newBuilder()
                .setApp(app)
                .setTarget(Target.newBuilder().setUser(user))
                .setQos(Qos.DURABLE)
                .setData(ByteString.copyFrom(body))
                .build();
        return call(MessagesGrpc.getSendMethod(), request).thenApply(accepted -> 1);
    }

    private CompletableFuture<Integer> sendBatch(List<String> users, byte[] body) {
        BatchSendRequest request = BatchSendRequest.newBuilder()
                .setApp(app)
                .addAllUsers(users)
                .setQos(Qos.DURABLE)
                .setData(ByteString.copyFrom(body))
                .build();
        return call(MessagesGrpc.getBatchSendMethod(), request).thenApply(GrpcApi::accepted);
    }

    private static int accepted(BatchSendResponse response) {
        return (int) response.getResultsList().stream()
                .filter(result -> result.hasSent())
                .count();
    }

    private <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request) {
        Channel channel = authorized.get(Math.floorMod(next.getAndIncrement(), authorized.size()));
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        CompletableFuture<R> reply = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(channel.newCall(method, options), request, new StreamObserver<R>() {
            @Override
            public void onNext(R value) {
                reply.complete(value);
            }

            @Override
            public void onError(Throwable failure) {
                reply.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                reply.completeExceptionally(new IllegalStateException("no reply"));
            }
        });
        return reply;
    }

    private static ManagedChannel channel(URI center) {
        return NettyChannelBuilder.forAddress(center.getHost(), center.getPort())
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .build();
    }
}
