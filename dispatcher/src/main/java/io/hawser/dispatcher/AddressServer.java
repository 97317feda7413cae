package io.hawser.dispatcher;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.cors.CorsService;
import io.hawser.rpc.link.AcceptorLoop;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server that clients ask. */
final class AddressServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AddressServer.class);
    private static final int MAX_LINE_BYTES = 4_096;
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_BODY_BYTES = 1_024;
    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(2);

    private final Server server;
    private final EventLoopGroup loops;

    private AddressServer(Server server, EventLoopGroup loops) {
        this.server = server;
        this.loops = loops;
    }

    /** @throws IllegalStateException where the port is taken or the host is not of this machine */
    static AddressServer start(HttpListen listen, AddressService service, MeterRegistry meters) {
        EventLoopGroup loops = EventLoopGroups.newEventLoopGroup(listen.threadCount(), "dispatcher-http");
        ServerBuilder builder = Server.builder()
                .http(new InetSocketAddress(listen.host(), listen.port()))
                .workerGroup(loops, false)
                .bossGroupFactory(AddressServer::acceptor)
                .maxNumConnections(listen.maxConnections())
                .requestTimeout(listen.requestTimeout())
                .idleTimeout(listen.idleTimeout())
                .http1MaxInitialLineLength(MAX_LINE_BYTES)
                .http1MaxHeaderSize(MAX_HEADER_BYTES)
                .http2MaxHeaderListSize(MAX_HEADER_BYTES)
                .maxRequestLength(MAX_BODY_BYTES)
                .gracefulShutdownTimeout(Duration.ZERO, CLOSE_AT_MOST)
                .disableServerHeader()
                .meterRegistry(meters)
                .errorHandler(new ProblemResponses())
                .service(AddressService.PATH, service.decorate(forBrowsers()));
        Server server = builder.build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            server.close();
            var _ = loops.shutdownGracefully();
            throw new IllegalStateException("http: cannot listen on " + listen.host() + ":" + listen.port(), e);
        }
        return new AddressServer(server, loops);
    }

    int port() {
        return server.activeLocalPort();
    }

    /** Takes no more connections, and ends those that are open when their requests in hand are answered. */
    void stop(Duration atMost) {
        try {
            server.stop().get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.info("Requests are still in hand after {}", atMost);
        } catch (ExecutionException e) {
            log.warn("The HTTP server did not stop well", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop(CLOSE_AT_MOST.plusSeconds(1));
        var _ = loops.shutdownGracefully(0, CLOSE_AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Armeria's own would be waited for until it had nothing to do for two seconds. */
    private static EventLoopGroup acceptor(String threadName) {
        return switch (Flags.transportType()) {
            case EPOLL -> new AcceptorLoop(threadName, EpollIoHandler.newFactory());
            case NIO -> new AcceptorLoop(threadName, NioIoHandler.newFactory());
            case KQUEUE, IO_URING -> EventLoopGroups.newEventLoopGroup(1, threadName);
        };
    }

    /** Lists hold nothing secret and are given without credentials, so any page may ask. */
    private static Function<? super HttpService, CorsService> forBrowsers() {
        return CorsService.builderForAnyOrigin()
                .allowRequestMethods(HttpMethod.GET)
                .allowAllRequestHeaders(true)
                .exposeHeaders("Retry-After")
                .maxAge(Duration.ofHours(1))
                .newDecorator();
    }
}
