package io.hawser.bench.link;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.SaverGrpc;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Unary gRPC calls, all of a peer's over one HTTP/2 connection. */
final class UnarySide implements Side {
    private final List<Integer> ports;
    private final Duration timeout;
    private final NettyLoop loop = new NettyLoop("unary-client");
    private final List<ManagedChannel> channels;

    UnarySide(List<Integer> ports, Duration timeout) {
        this.ports = ports;
        this.timeout = timeout;
        this.channels = ports.stream().map(port -> channel(loop, port)).toList();
    }

    @Override
    public String name() {
        return "unary";
    }

    @Override
    public List<Integer> ports() {
        return ports;
    }

    @Override
    public void call(int peer, AppendRequest request, Consumer<@Nullable Throwable> done) {
        start(channels.get(peer), request, timeout, done);
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        loop.close();
    }

    static ManagedChannel channel(NettyLoop loop, int port) {
        return loop.connectOn(NettyChannelBuilder.forAddress(new InetSocketAddress("127.0.0.1", port)))
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .build();
    }

    static void start(Channel channel, AppendRequest request, Duration timeout, Consumer<@Nullable Throwable> done) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
        ClientCall<AppendRequest, AppendReply> call = channel.newCall(SaverGrpc.getAppendMethod(), options);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        done.accept(status.isOk() ? null : status.asRuntimeException());
                    }
                },
                new Metadata());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
    }
}
