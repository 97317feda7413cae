package io.hawser.room.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.net.StandardSocketOptions;
import java.util.concurrent.Executor;

/** How sockets are served: by epoll where the system has it. */
enum Transport {
    EPOLL(EpollServerSocketChannel.class) {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory(SOCKETS_A_TURN, DefaultSelectStrategyFactory.INSTANCE);
        }

        @Override
        void sharePort(ServerBootstrap server) {
            server.option(UnixChannelOption.SO_REUSEPORT, true);
        }

        @Override
        ServerBootstrap withUnsent(ServerBootstrap bootstrap, long bytes) {
            return bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, bytes);
        }
    },
    NIO(NioServerSocketChannel.class) {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        void sharePort(ServerBootstrap server) {
            server.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
        }
    };

    /**
     * Sockets that a loop reads before it looks at its tasks again, among them the messages to its clients. Thousands are
     * ready at once where a crowd comes, and a BIND takes a tenth of a millisecond.
     */
    private static final int SOCKETS_A_TURN = 64;

    /**
     * How long a loop does tasks before it looks at its sockets again, where tasks follow one another: Netty's own second
     * would leave acknowledgements and heartbeats unread that came meanwhile.
     */
    private static final long TASKS_A_TURN_MILLIS = 10;

    private final Class<? extends ServerChannel> serverChannel;

    Transport(Class<? extends ServerChannel> serverChannel) {
        this.serverChannel = serverChannel;
    }

    static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    abstract IoHandlerFactory handlers();

    /** Has its ports be such as other processes may listen at as well. */
    abstract void sharePort(ServerBootstrap server);

    /** Has the kernel take no more than this of what it cannot send yet: of itself it takes megabytes for each client. */
    ServerBootstrap withUnsent(ServerBootstrap bootstrap, long bytes) {
        return bootstrap;
    }

    Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
    }

    EventLoopGroup loops(String name, int count) {
        return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name), handlers()) {
            @Override
            protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... none) {
                return new SingleThreadIoEventLoop(
                        this,
                        executor,
                        handlers,
                        Integer.MAX_VALUE,
                        RejectedExecutionHandlers.reject(),
                        TASKS_A_TURN_MILLIS);
            }
        };
    }
}
