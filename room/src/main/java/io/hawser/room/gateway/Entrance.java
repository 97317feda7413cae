package io.hawser.room.gateway;

import io.hawser.room.connection.Carrier;
import io.hawser.room.connection.Connection;
import io.hawser.room.tls.Tls;
import io.hawser.room.websocket.WebSockets;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Error;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The way in by one port: what stands between the socket and the frames, in order, outermost first. */
final class Entrance implements Carrier {
    private final ListenerKind kind;
    private final String transport;
    private final @Nullable Tls tls;
    private final @Nullable WebSockets webSockets;

    /** @param tls null where no port has it */
    Entrance(Listener listener, @Nullable Tls tls, WebSockets webSockets) {
        this.kind = listener.kind();
        this.transport = listener.clientsTransport();
        this.tls = kind.isSecure() ? tls : null;
        this.webSockets = kind.isWebSocket() ? webSockets : null;
    }

    void open(Channel channel, Connection connection) {
        ChannelPipeline pipeline = channel.pipeline();
        if (tls != null) {
            tls.addTo(pipeline);
        }
        if (webSockets != null) {
            webSockets.addTo(pipeline, connection, this::endSocket);
        }
        pipeline.addLast(new FrameDecoder(connection));
    }

    @Override
    public String transport() {
        return transport;
    }

    @Override
    public int maxHeartbeatSeconds() {
        return kind.isWebSocket() ? WebSockets.MAX_HEARTBEAT_SECONDS : Integer.MAX_VALUE;
    }

    @Override
    public void endOutput(Channel channel, int code) {
        if (webSockets != null) {
            WebSockets.endOutput(channel, code);
        } else {
            endSocket(channel);
        }
    }

    private void endSocket(Channel channel) {
        if (tls != null) {
            Tls.endOutput(channel);
        } else {
            Carrier.shutdownOutput(channel);
        }
    }

    /** Closes a channel that was not opened, and tells its client why where that can be read: before TLS it cannot. */
    void turnAway(Channel channel, ErrorCode code, String detail, int retryAfterMs) {
        if (kind.isSecure()) {
            var _ = channel.close();
        } else {
            ByteBuf lastWord = kind.isWebSocket()
                    ? Unpooled.copiedBuffer(WebSockets.turnedAway(code, detail, retryAfterMs), StandardCharsets.UTF_8)
                    : Unpooled.wrappedBuffer(error(code, detail, retryAfterMs));
            var _ = channel.writeAndFlush(lastWord).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static byte[] error(ErrorCode code, String detail, int retryAfterMs) {
        return Frames.encode(
                FrameType.ERROR,
                Error.newBuilder()
                        .setCode(code.number())
                        .setDetail(detail)
                        .setRetryAfterMs(retryAfterMs)
                        .setCloses(true)
                        .build());
    }
}
