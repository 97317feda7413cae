package io.hawser.room.websocket;

import io.hawser.room.connection.Connection;
import io.hawser.rpc.problem.Problem;
import io.hawser.wire.ErrorCode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The way in by WebSocket. Frames go in binary messages: one or more in each, and each of them whole. */
public final class WebSockets {
    /** Those that stand between browsers and rooms end what is silent for a minute. */
    public static final int MAX_HEARTBEAT_SECONDS = 50;

    /** A code of the platform's is told as a close code of this and it: 4000 to 4999 are for applications. */
    private static final int FIRST_CLOSE_CODE = 4_000;

    private static final HttpDecoderConfig HTTP = new HttpDecoderConfig()
            .setInitialBufferSize(256)
            .setMaxInitialLineLength(1_024)
            .setMaxHeaderSize(8_192)
            .setChunkedSupported(false);

    private static final int DEFLATE_LEVEL = 6;

    private final Supplier<WebSocketConfig> config;

    /** @param config asked at each connection */
    public WebSockets(Supplier<WebSocketConfig> config) {
        this.config = config;
    }

    /**
     * Puts HTTP, of which WebSocket comes, between what there is and the frames.
     *
     * @param endOutput ends what HTTP is written to
     */
    public void addTo(ChannelPipeline pipeline, Connection connection, Consumer<Channel> endOutput) {
        WebSocketConfig now = config.get();
        pipeline.addLast(new HttpServerCodec(HTTP), new HttpObjectAggregator(0, true));
        if (now.deflate()) {
            pipeline.addLast(new WebSocketServerExtensionHandler(deflate()));
        }
        pipeline.addLast(new Upgrade(connection, now, endOutput));
    }

    /** Clients keep no window between their messages: here, each would cost more memory than all else of a connection. */
    private static PerMessageDeflateServerExtensionHandshaker deflate() {
        return new PerMessageDeflateServerExtensionHandshaker(
                DEFLATE_LEVEL, false, 15, true, true, Handshake.MAX_MESSAGE_BYTES);
    }

    /** Ends the output of a channel: the client answers the same, and then closes. */
    public static void endOutput(Channel channel, int code) {
        var _ = channel.writeAndFlush(new CloseWebSocketFrame(FIRST_CLOSE_CODE + code, ""));
    }

    /** What one is told, in HTTP, who is not let in: before it was even asked what it wants. */
    public static String turnedAway(ErrorCode code, String detail, int retryAfterMs) {
        return HttpAnswers.text(Problem.of(code, detail), Math.ceilDiv(retryAfterMs, 1_000));
    }
}
