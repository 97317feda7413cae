package io.hawser.bench.unicast;

import io.hawser.bench.api.Api;
import io.hawser.bench.measure.BenchException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The clients: each with a connection to a room, bound to a user of its own, acknowledging what it gets. */
final class Crowd implements AutoCloseable {
    private static final int BINDING_AT_ONCE = 64;
    private static final long BIND_SECONDS = 60;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("bench-clients", true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final String app;
    private final List<String> users;

    private Crowd(String app, List<String> users) {
        this.app = app;
        this.users = users;
    }

    /** Connects and binds a client for each user, and returns once all are bound. */
    static Crowd gather(String app, List<String> users, List<InetSocketAddress> rooms, Api api, Arrivals arrivals)
            throws InterruptedException {
        Crowd crowd = new Crowd(app, users);
        try {
            crowd.bindAll(rooms, api, arrivals);
            return crowd;
        } catch (ExecutionException | TimeoutException e) {
            crowd.close();
            throw new BenchException("clients cannot bind: " + (e.getCause() == null ? e : e.getCause()), e);
        }
    }

    List<String> users() {
        return users;
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void bindAll(List<InetSocketAddress> rooms, Api api, Arrivals arrivals)
            throws InterruptedException, ExecutionException, TimeoutException {
        Semaphore atOnce = new Semaphore(BINDING_AT_ONCE);
        List<CompletableFuture<Void>> bound = new ArrayList<>();
        for (int i = 0; i < users.size(); i++) {
            atOnce.acquire();
            String user = users.get(i);
            InetSocketAddress room = rooms.get(i % rooms.size());
            bound.add(api.token(user)
                    .thenCompose(token -> bind(room, new BoundClient(app, user, token, arrivals)))
                    .whenComplete((nothing, failure) -> atOnce.release()));
        }
        CompletableFuture.allOf(bound.toArray(CompletableFuture[]::new)).get(BIND_SECONDS, TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> bind(InetSocketAddress room, BoundClient client) {
        var _ = new Bootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new FrameSplitter(), client);
                    }
                })
                .connect(room)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        client.bound().completeExceptionally(connected.cause());
                    }
                });
        return client.bound();
    }
}
