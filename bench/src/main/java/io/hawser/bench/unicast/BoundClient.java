package io.hawser.bench.unicast;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.bench.measure.BenchException;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.Welcome;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client with one binding: greets, binds, reads, and acknowledges once for all that came in one read. */
final class BoundClient extends SimpleChannelInboundHandler<Frame> {
    private static final int BINDING = 1;
    private static final int NONCE_BYTES = 16;

    private final String app;
    private final String user;
    private final String token;
    private final Arrivals arrivals;
    private final CompletableFuture<Void> bound = new CompletableFuture<>();
    private long position;
    private long acknowledged;

    BoundClient(String app, String user, String token, Arrivals arrivals) {
        this.app = app;
        this.user = user;
        this.token = token;
        this.arrivals = arrivals;
    }

    CompletableFuture<Void> bound() {
        return bound;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        write(
                context,
                FrameType.HELLO,
                Hello.newBuilder()
                        .setMinVersion(1)
                        .setMaxVersion(1)
                        .setSdk("hawser-bench")
                        .build());
        context.flush();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Frame frame) {
        switch (frame.type()) {
            case FrameType.WELCOME -> welcomed(context, Frames.parse(Welcome.parser(), frame.body()));
            case FrameType.BOUND -> bound(Frames.parse(Bound.parser(), frame.body()));
            case FrameType.MESSAGE -> arrived(Frames.parse(Message.parser(), frame.body()));
            case FrameType.PING -> write(context, Frames.pong());
            case FrameType.UNBOUND ->
                fail("not bound: "
                        + Frames.parse(Unbound.parser(), frame.body()).getDetail());
            case FrameType.ERROR ->
                fail("refused: " + Frames.parse(Error.parser(), frame.body()).getDetail());
            default -> context.read();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (position > acknowledged) {
            acknowledged = position;
            write(
                    context,
                    FrameType.ACK,
                    Ack.newBuilder().setBinding(BINDING).setSeq(position).build());
        }
        context.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail("the room closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        bound.completeExceptionally(cause);
        var _ = context.close();
    }

    private void welcomed(ChannelHandlerContext context, Welcome welcome) {
        long halfMillis = TimeUnit.SECONDS.toMillis(welcome.getHeartbeatSeconds()) / 2;
        var _ = context.executor()
                .scheduleAtFixedRate(() -> ping(context), halfMillis, halfMillis, TimeUnit.MILLISECONDS);
        write(
                context,
                FrameType.BIND,
                Bind.newBuilder()
                        .setBinding(BINDING)
                        .setApp(app)
                        .setUser(user)
                        .setDevice("bench")
                        .setInstallationNonce(ByteString.copyFrom(new byte[NONCE_BYTES]))
                        .setToken(token)
                        .build());
    }

    private void bound(Bound made) {
        position = made.getPosition();
        acknowledged = position;
        bound.complete(null);
    }

    private void arrived(Message message) {
        if (message.getSeq() <= position) {
            arrivals.repeated(message.getBody().asReadOnlyByteBuffer());
            return;
        }
        arrivals.arrived(message.getBody().asReadOnlyByteBuffer(), message.getPrev() <= position);
        position = message.getSeq();
    }

    private void fail(String why) {
        bound.completeExceptionally(new BenchException(user + ": " + why));
    }

    private static void ping(ChannelHandlerContext context) {
        write(context, Frames.ping());
        context.flush();
    }

    private static void write(ChannelHandlerContext context, int type, MessageLite body) {
        write(context, Frames.encode(type, body));
    }

    private static void write(ChannelHandlerContext context, byte[] frame) {
        var _ = context.write(Unpooled.wrappedBuffer(frame));
    }
}
