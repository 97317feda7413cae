package io.hawser.bench.side;

import com.google.protobuf.ByteString;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Qos;
import io.hawser.wire.v1.Welcome;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server that does nothing but what has to be done: it welcomes whoever says something, knows nothing of them, and
 * writes a line of its input (bodies in Base64) to all, those of one line as one buffer. Main of its own process.
 */
@ChannelHandler.Sharable
final class FloorServer extends ChannelInboundHandlerAdapter {
    private static final byte[] WELCOME = welcome();

    private final Map<EventLoop, Set<Channel>> here = new ConcurrentHashMap<>();

    public static void main(String[] args) throws IOException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        FloorServer floor = new FloorServer();
        System.out.println(floor.listen(loops));
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                floor.broadcast(frames(line));
            }
        }
        System.exit(0);
    }

    private int listen(EventLoopGroup loops) {
        Channel server = new ServerBootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(FloorServer.this);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        Set<Channel> ofLoop = here.computeIfAbsent(context.channel().eventLoop(), loop -> new HashSet<>());
        if (ofLoop.add(context.channel())) {
            var _ = context.writeAndFlush(Unpooled.wrappedBuffer(WELCOME));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Set<Channel> ofLoop = here.get(context.channel().eventLoop());
        if (ofLoop != null) {
            ofLoop.remove(context.channel());
        }
    }

    /** Clients that are gone are none of its business. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }

    private void broadcast(byte[] frames) {
        ByteBuf all =
                Unpooled.unreleasableBuffer(Unpooled.directBuffer(frames.length).writeBytes(frames));
        here.forEach((loop, channels) -> loop.execute(() -> {
            for (Channel channel : channels) {
                var _ = channel.writeAndFlush(all.duplicate(), channel.voidPromise());
            }
        }));
    }

    private static byte[] frames(String line) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (String body : line.split(" ", -1)) {
            frames.writeBytes(Frames.encode(
                    FrameType.BROADCAST,
                    Broadcast.newBuilder()
                            .setApp("demo")
                            .setId("bench")
                            .setQos(Qos.TRANSIENT)
                            .setBody(ByteString.copyFrom(Base64.getDecoder().decode(body)))
                            .build()));
        }
        return frames.toByteArray();
    }

    private static byte[] welcome() {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(Frames.encode(
                FrameType.WELCOME,
                Welcome.newBuilder().setVersion(1).setHeartbeatSeconds(60).build()));
        both.writeBytes(
                Frames.encode(FrameType.BOUND, Bound.newBuilder().setBinding(1).build()));
        return both.toByteArray();
    }
}
