package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Error;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is written to a client. Nothing is flushed before the loop has done all that it has at hand. Without a channel,
 * its client being away, it takes nothing: what is written is thrown away.
 */
final class Outlet {
    private final ConnectionLoop loop;
    private @Nullable Channel channel;
    private Carrier carrier;
    /** As a proxy said; null: the channel's own peer. */
    private @Nullable InetAddress client;

    private boolean unflushed;
    /** Its client takes compressed bodies. */
    private boolean inflates;

    Outlet(ConnectionLoop loop, Channel channel, Carrier carrier) {
        this.loop = loop;
        this.channel = channel;
        this.carrier = carrier;
    }

    /** Writes to the channel of the other from now on, which has none any more. */
    void takeOver(Outlet other) {
        channel = other.channel;
        carrier = other.carrier;
        client = other.client;
        other.channel = null;
    }

    /** Tells the channel's decoder. */
    void tell(Served served) {
        if (channel != null) {
            channel.pipeline().fireUserEventTriggered(served);
        }
    }

    @Nullable
    Channel channel() {
        return channel;
    }

    /** Lets go of a channel that is dead, whether that was noticed or not: who still reads from it is told nothing. */
    void abandon() {
        tell(Served.BY_NOBODY);
        close();
        channel = null;
        client = null;
    }

    /** Where the client connects from; null where the channel is no socket's. */
    @Nullable
    InetAddress peer() {
        return client != null || channel == null ? client : peer(channel);
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

    boolean inflates() {
        return inflates;
    }

    void inflates(boolean does) {
        inflates = does;
    }

    /** Has no more than this wait for the client's socket; one instance serves many. */
    void bound(WriteBufferWaterMark waiting) {
        if (channel != null) {
            channel.config().setWriteBufferWaterMark(waiting);
        }
    }

    /** Whether less than the bound waits for the client's socket. */
    boolean isWritable() {
        return channel != null && channel.isWritable();
    }

    /** Whether less than the bound waits, be it a new one that the channel was not asked to heed yet. */
    boolean isWithinBound() {
        return channel != null && channel.bytesBeforeUnwritable() > 0;
    }

    /** Has the channel read, or leave unread what comes; at most one read's worth still comes then. */
    void readWhile(boolean wanted) {
        if (channel != null) {
            channel.config().setAutoRead(wanted);
        }
    }

    /**
     * Returns false where there is no memory for it, or the client is away.
     *
     * @param listener hears when the client's socket has it; null: nobody does
     */
    boolean message(
            int binding,
            long prev,
            long seq,
            boolean redelivered,
            ByteString content,
            @Nullable ChannelFutureListener listener) {
        Channel open = channel;
        if (open == null) {
            return false;
        }
        try {
            ChannelPromise promise =
                    listener == null ? open.voidPromise() : open.newPromise().addListener(listener);
            write(open, loop.encode(open.alloc(), binding, prev, seq, redelivered, content), promise);
            return true;
        } catch (OutOfMemoryError none) {
            loop.meters().memoryRefused();
            return false;
        }
    }

    void send(int type, MessageLite body) {
        send(Frames.encode(type, body));
    }

    void ping() {
        send(Frames.ping());
    }

    void pong() {
        send(Frames.pong());
    }

    /** Where there is no memory for it the channel fails: its client must not wait for what never comes. */
    private void send(byte[] frame) {
        Channel open = channel;
        if (open != null) {
            try {
                write(buffer(open, frame));
            } catch (OutOfMemoryError none) {
                open.pipeline().fireExceptionCaught(none);
            }
        }
    }

    void flush() {
        unflushed = false;
        if (channel != null) {
            channel.flush();
        }
    }

    /**
     * Sends a last frame and ends the output. The channel stays, until the client has read it and closed: closing it at
     * once, with input unread, would have the network throw the last frame away. Where there is no memory for the frame,
     * the end is all that is said.
     */
    void sendLast(Error lastWord) {
        int code = lastWord.getCode();
        Channel ending = channel;
        if (ending == null) {
            return;
        }
        try {
            var _ = ending.writeAndFlush(buffer(ending, Frames.encode(FrameType.ERROR, lastWord)))
                    .addListener((ChannelFutureListener) written -> end(ending, written.isSuccess(), code));
        } catch (OutOfMemoryError none) {
            loop.meters().memoryRefused();
            close();
        }
    }

    private void end(Channel ending, boolean written, int code) {
        if (written) {
            carrier.endOutput(ending, code);
        } else {
            var _ = ending.close();
        }
    }

    /** Sends a last frame to a client that says nothing, and closes. */
    void sendAndClose(Error lastWord) {
        send(FrameType.ERROR, lastWord);
        flush();
        close();
    }

    void close() {
        if (channel != null) {
            var _ = channel.close();
        }
    }

    private static ByteBuf buffer(Channel channel, byte[] frame) {
        return channel.alloc().directBuffer(frame.length).writeBytes(frame);
    }

    /** Writes a whole frame, and takes it over. */
    void write(ByteBuf frame) {
        Channel open = channel;
        if (open == null) {
            frame.release();
        } else {
            write(open, frame, open.voidPromise());
        }
    }

    private void write(Channel open, ByteBuf frame, ChannelPromise promise) {
        var _ = open.write(frame, promise);
        if (!unflushed) {
            unflushed = true;
            loop.flushLater(this);
        }
    }
}
