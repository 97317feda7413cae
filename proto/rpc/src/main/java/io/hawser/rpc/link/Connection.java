package io.hawser.rpc.link;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.hawser.rpc.v1.LinkServiceGrpc;
import io.hawser.rpc.v1.ReplyBatch;
import io.hawser.rpc.v1.RequestBatch;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;

/**
 * One TCP connection to a peer with one stream on it: made, used and thrown away. All of it happens on the event loop,
 * where the stream that made it hears of what happens to it.
 */
final class Connection extends ClientCall.Listener<ReplyBatch> {
    /** What happens to a connection, on its event loop; nothing after {@link #lost}. */
    interface Events {
        /** The peer has answered: it is a link. */
        void opened();

        void writable();

        void replied(ReplyBatch batch);

        void lost(Status why);
    }

    private final EventLoop loop;
    private final ManagedChannel channel;
    private final ClientCall<RequestBatch, ReplyBatch> call;
    private final Events events;

    Connection(Peer peer, LinkSettings settings, EventLoop loop, Events events) {
        this.loop = loop;
        this.events = events;
        this.channel = channel(peer, settings, loop);
        this.call = channel.newCall(LinkServiceGrpc.getConnectMethod(), CallOptions.DEFAULT);
    }

    /** Begins to connect. */
    void open() {
        call.start(this, new Metadata());
        call.request(1);
    }

    /** Whether a batch would go out now rather than pile up. */
    boolean isWritable() {
        return call.isReady();
    }

    void write(RequestBatch batch) {
        call.sendMessage(batch);
    }

    /** Says that nothing more comes; the peer answers what it has and ends the stream. */
    void finish() {
        call.halfClose();
        channel.shutdown();
    }

    void abort(String why) {
        call.cancel(why, null);
        channel.shutdownNow();
    }

    @Override
    public void onHeaders(Metadata headers) {
        onLoop(events::opened);
    }

    @Override
    public void onReady() {
        onLoop(events::writable);
    }

    @Override
    public void onMessage(ReplyBatch batch) {
        events.replied(batch);
        call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        onLoop(() -> {
            channel.shutdownNow();
            events.lost(status);
        });
    }

    /** A connection that never was may be reported lost by another thread; what comes from the wire comes on the loop. */
    private void onLoop(Runnable event) {
        if (loop.inEventLoop()) {
            event.run();
        } else if (!loop.isShuttingDown()) {
            loop.execute(event);
        }
    }

    private static ManagedChannel channel(Peer peer, LinkSettings settings, EventLoop loop) {
        return LinkLoops.connectOn(loop, address(peer))
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .disableServiceConfigLookUp()
                // Between services there is no proxy, whatever the machine's settings say.
                .proxyDetector(target -> null)
                .keepAliveTime(settings.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(settings.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connectTimeout().toMillis())
                .maxInboundMessageSize(settings.maxReplyBytes())
                .build();
    }

    /** A name is resolved by gRPC, off the loop; an address needs no resolving. */
    private static NettyChannelBuilder address(Peer peer) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(peer.host());
        if (address == null) {
            return NettyChannelBuilder.forAddress(peer.host(), peer.port());
        }
        try {
            return NettyChannelBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getByAddress(address), peer.port()));
        } catch (UnknownHostException impossible) {
            throw new AssertionError(peer.host(), impossible);
        }
    }
}
