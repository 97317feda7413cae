package io.hawser.room.gateway;

import io.hawser.room.chore.Chore;
import io.hawser.room.connection.ConnectionConfig;
import io.hawser.room.connection.ConnectionLoops;
import io.hawser.room.connection.Surroundings;
import io.hawser.room.tls.Tls;
import io.hawser.room.websocket.WebSockets;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ports that clients connect to, and the event loops that serve them. What clients are told to connect to may
 * differ from what is bound, and be several addresses a port.
 */
public final class Gateway implements AutoCloseable {
    private static final long STOP_WITHIN_MILLIS = 2_000;

    private volatile GatewayConfig config;
    private final EventLoopGroup acceptors;
    private final EventLoopGroup workers;
    private final ConnectionLoops loops;
    private final Counter acceptedLate;
    private final long unsentBytes;
    private final List<Channel> servers = new ArrayList<>();
    private final ClientAddresses addresses = new ClientAddresses();
    private final WebSockets webSockets = new WebSockets(() -> this.config.webSocket());
    private final @Nullable Tls tls;

    private Gateway(
            GatewayConfig config, ConnectionConfig connections, Surroundings surroundings, MeterRegistry meters) {
        this.config = config;
        this.acceptedLate = meters.counter("hawser.room.accepts.late");
        this.unsentBytes = connections.writeBuffer().bytes();
        Transport transport = Transport.best();
        acceptors = transport.loops("room-accept", 1);
        workers = transport.loops("room-loop", config.loopsOrDefault());
        loops = new ConnectionLoops(workers, connections, surroundings);
        tls = config.hasTls() ? openTls(surroundings.wall(), meters) : null;
    }

    private Tls openTls(Clock wall, MeterRegistry meters) {
        try {
            return Tls.open(config.tls(), workers, wall, meters);
        } catch (RuntimeException | Error failure) {
            stopLoops();
            throw failure;
        }
    }

    /**
     * Starts the event loops; nobody is let in yet.
     *
     * @throws HawserException INVALID_ARGUMENT where the certificate, or what belongs to it, cannot be used
     */
    public static Gateway start(
            GatewayConfig config, ConnectionConfig connections, Surroundings surroundings, MeterRegistry meters) {
        Gateway gateway = new Gateway(config, connections, surroundings, meters);
        gateway.loops.start();
        return gateway;
    }

    /**
     * Opens the ports.
     *
     * @throws HawserException UNAVAILABLE where one is taken or not this machine's: none is open then
     */
    public void listen() {
        for (Listener listener : config.listeners()) {
            ChannelFuture bound =
                    bootstrap(listener).bind(listener.host(), listener.port()).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                stopAccepting();
                throw new HawserException(
                        ErrorCode.UNAVAILABLE,
                        "listener " + listener.host() + ":" + listener.port() + ": cannot be bound",
                        bound.cause());
            }
            servers.add(bound.channel());
            addresses.add(listener, (InetSocketAddress) bound.channel().localAddress());
        }
    }

    private ServerBootstrap bootstrap(Listener listener) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(acceptors, workers)
                .channel(Transport.best().serverChannel())
                .option(ChannelOption.SO_BACKLOG, config.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new AcceptPace(loops.executors(), acceptedLate))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childHandler(new Doorman(loops, listener, new Entrance(listener, tls, webSockets)));
        if (listener.reusePort()) {
            Transport.best().sharePort(bootstrap);
        }
        return Transport.best().withUnsent(bootstrap, unsentBytes);
    }

    /** Returns what clients are told to connect to: "ip:port", IPv6 addresses in brackets, by what is spoken there. */
    public Map<ListenerKind, List<String>> addresses() {
        return addresses.all();
    }

    /** Has what is live of a configuration hold. Reads files: not for an event loop. */
    public void configure(GatewayConfig changed) {
        config = changed;
        refreshTls();
    }

    /** Looks now and then whether the certificate is another. Ends with {@code owner}. */
    public void watchTls(ScheduledExecutorService owner) {
        if (tls != null) {
            Duration pause = config.tls().reloadEvery();
            var _ = owner.schedule(
                    () -> {
                        new Chore("the certificate's files", this::refreshTls).run();
                        watchTls(owner);
                    },
                    pause.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void refreshTls() {
        if (tls != null) {
            tls.refresh(config.tls());
        }
    }

    public ConnectionLoops loops() {
        return loops;
    }

    public boolean isListening() {
        return !servers.isEmpty() && servers.stream().allMatch(Channel::isActive);
    }

    /** Closes the ports; connections stay. */
    public void stopAccepting() {
        servers.forEach(server -> server.close().awaitUninterruptibly());
    }

    /** Closes the ports and all connections, and stops the event loops. */
    @Override
    public void close() {
        stopAccepting();
        loops.close();
        stopLoops();
        if (tls != null) {
            tls.close();
        }
    }

    private void stopLoops() {
        acceptors
                .shutdownGracefully(0, STOP_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
        workers.shutdownGracefully(0, STOP_WITHIN_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
