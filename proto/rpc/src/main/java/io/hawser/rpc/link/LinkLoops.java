package io.hawser.rpc.link;

import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of links: epoll where there is epoll.
 *
 * <p>A service may give one to its {@link LinkServer} and all its {@link LinkClient}s: then a handler that calls another
 * service, and the reply's way back, need no change of thread. It is closed after those who use it.
 */
public final class LinkLoops implements AutoCloseable {
    private static final long QUIET_MILLIS = 0;
    private static final long CLOSE_MILLIS = 2_000;

    private final EventLoopGroup group;

    private LinkLoops(EventLoopGroup group) {
        this.group = group;
    }

    /** Starts {@code threads} loops, whose threads are called {@code name} and numbered. Linux shows 15 characters. */
    public static LinkLoops start(String name, int threads) {
        DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
        return new LinkLoops(new MultiThreadIoEventLoopGroup(
                threads, factory, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()));
    }

    List<EventLoop> all() {
        List<EventLoop> loops = new ArrayList<>();
        group.forEach(executor -> loops.add((EventLoop) executor));
        return loops;
    }

    /** Returns the loop that the calling thread is. */
    EventLoop current() {
        return all().stream()
                .filter(EventLoop::inEventLoop)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("not on a loop of this group"));
    }

    NettyServerBuilder serveOn(NettyServerBuilder server) {
        return server.bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .channelType(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
    }

    static NettyChannelBuilder connectOn(EventLoop loop, NettyChannelBuilder channel) {
        return channel.eventLoopGroup(loop)
                .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class);
    }

    /** Stops the loops; waits for them, unless it is called on one of them. */
    @Override
    public void close() {
        boolean onLoop = all().stream().anyMatch(EventLoop::inEventLoop);
        var stopped = group.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        if (!onLoop) {
            stopped.awaitUninterruptibly(2 * CLOSE_MILLIS);
        }
    }
}
