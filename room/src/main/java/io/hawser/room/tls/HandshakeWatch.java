package io.hawser.room.tls;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/**
 * Stands behind TLS until the handshake is done, and counts it. What is written meanwhile is a last word that nobody
 * could read: it fails at once, and does not wait for a client that may never finish.
 */
@Sharable
final class HandshakeWatch extends ChannelDuplexHandler {
    private final TlsMeters meters;

    HandshakeWatch(TlsMeters meters) {
        this.meters = meters;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done) {
            onDone(context, done);
        }
        context.fireUserEventTriggered(event);
    }

    private void onDone(ChannelHandlerContext context, SslHandshakeCompletionEvent done) {
        if (done.isSuccess()) {
            meters.handshakeDone();
            context.pipeline().remove(this);
        } else {
            meters.handshakeFailed();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ReferenceCountUtil.release(message);
        promise.tryFailure(new IOException("TLS: the handshake is not done"));
    }
}
