package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Error;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What is written to a client. Nothing is flushed before the loop has done all that it has at hand. */
final class Outlet {
    private final ConnectionLoop loop;
    private final Channel channel;
    private final Carrier carrier;
    /** As a proxy said; null: the channel's own peer. */
    private @Nullable InetAddress client;

    private boolean unflushed;

    Outlet(ConnectionLoop loop, Channel channel, Carrier carrier) {
        this.loop = loop;
        this.channel = channel;
        this.carrier = carrier;
    }

    /** Where the client connects from; null where the channel is no socket's. */
    @Nullable
    InetAddress peer() {
        return client == null ? peer(channel) : client;
    }

    /** A proxy has said where the client connects from. */
    void cameFrom(InetAddress address) {
        client = address;
    }

    static @Nullable InetAddress peer(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
    }

    Carrier carrier() {
        return carrier;
    }

    /** Has no more than this wait for the client's socket; one instance serves many. */
    void bound(WriteBufferWaterMark waiting) {
        channel.config().setWriteBufferWaterMark(waiting);
    }

    /** Whether less than the bound waits for the client's socket. */
    boolean isWritable() {
        return channel.isWritable();
    }

    /** Whether less than the bound waits, be it a new one that the channel was not asked to heed yet. */
    boolean isWithinBound() {
        return channel.bytesBeforeUnwritable() > 0;
    }

    /** Has the channel read, or leave unread what comes; at most one read's worth still comes then. */
    void readWhile(boolean wanted) {
        channel.config().setAutoRead(wanted);
    }

    /** Returns false where there is no memory for it. */
    boolean message(int binding, long prev, long seq, boolean redelivered, ByteString content) {
        try {
            write(loop.encode(channel.alloc(), binding, prev, seq, redelivered, content));
            return true;
        } catch (OutOfMemoryError none) {
            loop.meters().memoryRefused();
            return false;
        }
    }

    /** Where there is no memory for it the channel fails: its client must not wait for what never comes. */
    void send(int type, MessageLite body) {
        try {
            write(frame(type, body));
        } catch (OutOfMemoryError none) {
            channel.pipeline().fireExceptionCaught(none);
        }
    }

    void pong() {
        try {
            write(channel.alloc().directBuffer(2).writeByte(1).writeByte(FrameType.PONG));
        } catch (OutOfMemoryError none) {
            channel.pipeline().fireExceptionCaught(none);
        }
    }

    void flush() {
        unflushed = false;
        channel.flush();
    }

    /**
     * Sends a last frame and ends the output. The channel stays, until the client has read it and closed: closing it at
     * once, with input unread, would have the network throw the last frame away. Where there is no memory for the frame,
     * the end is all that is said.
     */
    void sendLast(Error lastWord) {
        int code = lastWord.getCode();
        try {
            var _ = channel.writeAndFlush(frame(FrameType.ERROR, lastWord))
                    .addListener((ChannelFutureListener) written -> end(written.isSuccess(), code));
        } catch (OutOfMemoryError none) {
            loop.meters().memoryRefused();
            close();
        }
    }

    private void end(boolean written, int code) {
        if (written) {
            carrier.endOutput(channel, code);
        } else {
            close();
        }
    }

    void close() {
        var _ = channel.close();
    }

    private ByteBuf frame(int type, MessageLite body) {
        byte[] frame = Frames.encode(type, body);
        return channel.alloc().directBuffer(frame.length).writeBytes(frame);
    }

    /** Writes a whole frame, and takes it over. */
    void write(ByteBuf frame) {
        var _ = channel.write(frame, channel.voidPromise());
        if (!unflushed) {
            unflushed = true;
            loop.flushLater(this);
        }
    }
}
