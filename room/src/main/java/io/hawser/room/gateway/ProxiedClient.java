package io.hawser.room.gateway;

import io.hawser.room.access.Reason;
import io.hawser.room.connection.Connection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Takes from a proxy's header where the client is, and goes. */
final class ProxiedClient extends SimpleChannelInboundHandler<HAProxyMessage> {
    private final Connection connection;
    private boolean told;

    ProxiedClient(Connection connection) {
        this.connection = connection;
    }

    /** A connection of the proxy's own, as for checks of health, is one that no address is known of. */
    @Override
    protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) {
        told = true;
        InetAddress client = header.command() == HAProxyCommand.LOCAL ? null : address(header.sourceAddress());
        if (client != null) {
            connection.cameFrom(client);
        }
        context.pipeline().remove(this);
    }

    private static @Nullable InetAddress address(@Nullable String source) {
        return source == null ? null : NetUtil.createInetAddressFromIpAddressString(source);
    }

    /** The header cannot be read; its decoder has closed the channel. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof DecoderException && !told) {
            told = true;
            connection.turnAway(Reason.PROXY_HEADER_MALFORMED);
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!told) {
            told = true;
            connection.turnAway(Reason.PROXY_HEADER_MALFORMED);
        }
        context.fireChannelInactive();
    }
}
