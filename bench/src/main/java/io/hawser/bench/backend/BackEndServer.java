package io.hawser.bench.backend;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Takes webhooks, and answers each with 200: one thread, no signature checked, since it shares the cores with what it
 * measures. Says its port; then answers {@code begin NUMBER}, which begins a phase, and {@code tell} with what came.
 */
@ChannelHandler.Sharable
final class BackEndServer extends SimpleChannelInboundHandler<FullHttpRequest> {
    static final String BEGIN = "begin ";
    static final String TELL = "tell";
    private static final int MOST_BODY_BYTES = 1 << 20;

    private final Arrivals arrivals;

    private BackEndServer(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    /** {@code args}: the address that it listens on. */
    public static void main(String[] args) throws IOException {
        Arrivals arrivals = new Arrivals();
        System.out.println(listen(args[0], new BackEndServer(arrivals)));
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith(BEGIN)) {
                    arrivals.begin(Integer.parseInt(line.substring(BEGIN.length())));
                }
                System.out.println(new ObjectMapper().writeValueAsString(arrivals.told()));
            }
        }
        System.exit(0);
    }

    private static int listen(String host, BackEndServer server) {
        Channel channel = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(
                        1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()))
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline()
                                .addLast(new HttpServerCodec(), new HttpObjectAggregator(MOST_BODY_BYTES), server);
                    }
                })
                .bind(host, 0)
                .syncUninterruptibly()
                .channel();
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) throws IOException {
        arrivals.take(ByteBufUtil.getBytes(request.content()));
        DefaultFullHttpResponse taken =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER);
        taken.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        var _ = context.writeAndFlush(taken);
    }

    /** What is no webhook is told, and its connection ended. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.err.println("back end: " + cause);
        var _ = context.close();
    }
}
