package io.hawser.room;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** A client that can tell a TLS stream that was ended from one that was cut off. The JDK's sockets do not say. */
final class ClosingClient implements AutoCloseable {
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CompletableFuture<byte[]> ended = new CompletableFuture<>();
    private final Channel channel;

    private ClosingClient(URI address, SslContext tls) {
        channel = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        opened.pipeline()
                                .addLast(
                                        tls.newHandler(opened.alloc(), address.getHost(), address.getPort()),
                                        new Reader());
                    }
                })
                .connect(address.getHost(), address.getPort())
                .syncUninterruptibly()
                .channel();
    }

    static ClosingClient connect(String address, X509Bundle ca) {
        try {
            SslContext tls = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(ca.getCertificate())
                    .build();
            return new ClosingClient(URI.create("tls://" + address), tls);
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    private final class Reader extends ChannelInboundHandlerAdapter {
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf part = (ByteBuf) message;
            while (part.isReadable()) {
                read.write(part.readByte());
            }
            part.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslCloseCompletionEvent said && said.isSuccess()) {
                ended.complete(read.toByteArray());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            ended.completeExceptionally(new AssertionError("cut off"));
        }
    }

    void send(byte[] bytes) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(bytes)).syncUninterruptibly();
    }

    /** Waits for the end that TLS tells of, and returns all that was read before. */
    byte[] awaitCloseNotify() {
        return ended.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
