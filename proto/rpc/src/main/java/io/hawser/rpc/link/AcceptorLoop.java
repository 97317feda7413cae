package io.hawser.rpc.link;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One loop that takes connections for an HTTP server, and ends once it has nothing more to do.
 *
 * <p>Armeria ends the group of its acceptor as Netty does by default, and waits for it: two seconds in which nothing
 * may happen, at each stop.
 */
public final class AcceptorLoop extends MultiThreadIoEventLoopGroup {
    private static final long QUIET_MILLIS = 0;
    private static final long CLOSE_MILLIS = 2_000;

    /** @param io of the transport that the server's workers have */
    public AcceptorLoop(String threadName, IoHandlerFactory io) {
        super(1, new DefaultThreadFactory(threadName), io);
    }

    @Override
    public Future<?> shutdownGracefully() {
        return shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
