package io.hawser.room.websocket;

import io.hawser.room.connection.Connection;
import io.hawser.rpc.problem.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.function.Consumer;

/** Answers the one HTTP request of a connection: with WebSocket, or with what is wrong. Then it is not needed any more. */
final class Upgrade extends ChannelDuplexHandler {
    private final Connection connection;
    private final WebSocketConfig config;
    private final Consumer<Channel> endOutput;

    /** @param endOutput ends what HTTP is written to */
    Upgrade(Connection connection, WebSocketConfig config, Consumer<Channel> endOutput) {
        this.connection = connection;
        this.config = config;
        this.endOutput = endOutput;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof FullHttpRequest request && connection.wantsFrames()) {
                answer(context, request);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void answer(ChannelHandlerContext context, FullHttpRequest request) {
        Problem problem = UpgradeRequest.problemOf(request, config);
        if (problem == null) {
            Handshake handshake = new Handshake(connection, config);
            var _ = handshake.handshake(context.channel(), request).addListener((ChannelFutureListener)
                    done -> onAnswered(context, done.isSuccess()));
        } else {
            connection.onBadCarrier(new IOException(problem.detail()));
            var _ = context.writeAndFlush(HttpAnswers.of(problem, 0))
                    .addListener(done -> endOutput.accept(context.channel()));
        }
    }

    private void onAnswered(ChannelHandlerContext context, boolean upgraded) {
        if (upgraded) {
            context.pipeline().replace(this, null, new Messages());
        } else {
            var _ = context.close();
        }
    }

    /** A frame that is written now is a last word, and nobody could read it. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf frame) {
            frame.release();
            promise.tryFailure(new IOException("WebSocket: not asked for yet"));
        } else {
            var _ = context.write(message, promise);
        }
    }
}
