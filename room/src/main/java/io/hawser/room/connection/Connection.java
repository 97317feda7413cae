package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.rpc.v1.Kick;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.KickReason;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.Unbound;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: its state, its bindings, and what is written to it. Lives on one event loop.
 *
 * <pre>
 *   GREETING ── HELLO, WELCOME ──▶ READY ── ERROR(closes) ──▶ CLOSING ──▶ CLOSED
 * </pre>
 *
 * <p>There are many: it keeps no buffer, no timer and nothing of the handshake. What the frames of a READY connection
 * mean stands in {@link Conversation}, which is one for all of a loop.
 */
public final class Connection extends Wheel.Entry {
    private static final Binding[] NO_BINDINGS = {};

    enum Phase {
        GREETING,
        READY,
        /** The last frame is written; what still comes is thrown away until the client has closed. */
        CLOSING,
        CLOSED
    }

    private final ConnectionLoop loop;
    private final Channel channel;
    private final long id;
    private Binding[] bindings = NO_BINDINGS;
    private Phase phase = Phase.GREETING;
    private boolean everBound;
    private boolean awaitsApp;
    private boolean unflushed;
    private CloseReason reason = CloseReason.CLIENT;
    private int heartbeatSeconds;
    private long heardMs;
    /** When it must have said HELLO, made a binding, or be closed: by phase. */
    private long deadlineMs;

    Connection(ConnectionLoop loop, Channel channel, long id) {
        this.loop = loop;
        this.channel = channel;
        this.id = id;
        this.heardMs = loop.nowMs();
        this.deadlineMs = heardMs + loop.config().helloWithin().toMillis();
        wakeAt(deadlineMs);
    }

    long id() {
        return id;
    }

    Phase phase() {
        return phase;
    }

    boolean everBound() {
        return everBound;
    }

    // What the decoder asks and tells.

    /** Whether frames are still of interest; what comes after is thrown away. */
    public boolean wantsFrames() {
        return phase == Phase.GREETING || phase == Phase.READY;
    }

    /** Largest frame that is taken now, type and body. */
    public int maxFrameBytes() {
        return everBound
                ? loop.config().maxFrame().toInt()
                : loop.config().maxUnboundFrame().toInt();
    }

    /** A frame has come. The body is the decoder's: it is read now or not at all. */
    public void onFrame(int type, ByteBuf body) {
        assert loop.inEventLoop();
        heardMs = loop.nowMs();
        try {
            loop.conversation().onFrame(this, type, body);
        } catch (HawserException refusal) {
            onBadFrame(refusal);
        }
    }

    /** What has come is no frame. */
    public void onBadFrame(HawserException refusal) {
        loop.meters().refused(refusal.code());
        closeWith(refusal.code(), String.valueOf(refusal.getMessage()), 0, CloseReason.BAD_FRAME);
    }

    /** All that had come was read. */
    public void onReadComplete() {
        loop.flush();
    }

    public void onWritabilityChanged() {
        assert loop.inEventLoop();
        if (channel.isWritable()) {
            for (Binding binding : bindings) {
                binding.onWritable();
            }
            loop.flush();
        } else {
            loop.meters().unwritable();
        }
    }

    /** The channel is closed: nothing can be said any more. */
    public void onClosed() {
        assert loop.inEventLoop();
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        loop.wheel().disarm(this);
        endBindings();
        loop.remove(this);
        loop.meters().closed(reason);
    }

    /** The channel failed: a fault of the network or of ours. */
    public void onFault(Throwable fault) {
        loop.meters().fault(fault);
        if (reason == CloseReason.CLIENT && !(fault instanceof IOException)) {
            reason = CloseReason.FAULT;
        }
        var _ = channel.close();
    }

    // Handshake.

    void greeted(int intervalSeconds) {
        phase = Phase.READY;
        heartbeatSeconds = intervalSeconds;
        deadlineMs = heardMs + loop.config().bindWithin().toMillis();
        wakeAt(deadlineMs);
    }

    // Bindings.

    @Nullable
    Binding binding(int number) {
        for (Binding binding : bindings) {
            if (binding.number() == number) {
                return binding;
            }
        }
        return null;
    }

    int bindingsUnderWay() {
        int count = 0;
        for (Binding binding : bindings) {
            count += binding.isSettling() ? 1 : 0;
        }
        return count;
    }

    boolean mayAwaitApp() {
        return !awaitsApp;
    }

    void awaitsApp(boolean awaits) {
        awaitsApp = awaits;
    }

    void add(Binding binding) {
        bindings = Arrays.copyOf(bindings, bindings.length + 1);
        bindings[bindings.length - 1] = binding;
        loop.members().add(binding);
        loop.meters().bindingAdded();
        binding.begin();
    }

    void onBound(Bound bound) {
        send(FrameType.BOUND, bound);
        loop.meters().bound();
        if (!everBound) {
            everBound = true;
            loop.admission().authenticated();
        }
    }

    /** Ends a binding and says so; without a code: as the client asked. */
    void unbind(Binding binding, @Nullable ErrorCode code, String detail, int retryAfterMs) {
        end(binding);
        if (code != null) {
            loop.meters().unbound(code);
        }
        sendUnbound(binding.number(), code, detail, retryAfterMs);
    }

    void sendUnbound(int number, @Nullable ErrorCode code, String detail, int retryAfterMs) {
        send(
                FrameType.UNBOUND,
                Unbound.newBuilder()
                        .setBinding(number)
                        .setCode(code == null ? 0 : code.number())
                        .setDetail(detail)
                        .setRetryAfterMs(retryAfterMs)
                        .build());
    }

    /** Ends a binding for another's sake. A client that is merely back elsewhere is not told not to return. */
    void kick(Binding binding, Kick kick) {
        end(binding);
        loop.meters().kicked(kick.getCause());
        if (kick.getSameInstallation() && bindings.length == 0) {
            close(CloseReason.RETURNED_ELSEWHERE);
            return;
        }
        KickReason why = Kicks.reason(kick.getCause());
        send(
                FrameType.KICKED,
                Kicked.newBuilder()
                        .setBinding(binding.number())
                        .setReason(why)
                        .setDetail(kick.getDetail())
                        .setMayReturn(why == KickReason.BY_OPERATOR)
                        .setRetryAfterMs(why == KickReason.BY_OPERATOR ? (int) loop.pollMs() : 0)
                        .build());
    }

    private void end(Binding binding) {
        Binding[] rest = new Binding[bindings.length - 1];
        int at = 0;
        for (Binding other : bindings) {
            if (other != binding) {
                rest[at++] = other;
            }
        }
        bindings = rest.length == 0 ? NO_BINDINGS : rest;
        drop(binding);
    }

    private void endBindings() {
        for (Binding binding : bindings) {
            drop(binding);
        }
        bindings = NO_BINDINGS;
    }

    private void drop(Binding binding) {
        loop.members().remove(binding);
        loop.meters().bindingRemoved();
        binding.end();
    }

    // Writing. Nothing is flushed before the loop has done all it has at hand.

    boolean isWritable() {
        return channel.isWritable();
    }

    void writeMessage(int binding, long prev, long seq, ByteString content) {
        write(loop.encode(channel.alloc(), binding, prev, seq, content));
    }

    void send(int type, MessageLite body) {
        byte[] frame = Frames.encode(type, body);
        write(channel.alloc().directBuffer(frame.length).writeBytes(frame));
    }

    void pong() {
        write(channel.alloc().directBuffer(2).writeByte(1).writeByte(FrameType.PONG));
    }

    private void write(ByteBuf frame) {
        var _ = channel.write(frame, channel.voidPromise());
        if (!unflushed) {
            unflushed = true;
            loop.flushLater(this);
        }
    }

    void flush() {
        unflushed = false;
        channel.flush();
    }

    /** Refuses a frame; the connection stays. */
    void refuse(ErrorCode code, String detail, int binding) {
        loop.meters().refused(code);
        send(
                FrameType.ERROR,
                Error.newBuilder()
                        .setCode(code.number())
                        .setDetail(detail)
                        .setBinding(binding)
                        .build());
    }

    // Ending.

    /**
     * Says why, and closes once the client has had the time to read it: closing at once, with unread input, would have
     * the network throw the last frame away.
     */
    void closeWith(ErrorCode code, String detail, int retryAfterMs, CloseReason why) {
        if (!wantsFrames()) {
            return;
        }
        phase = Phase.CLOSING;
        reason = why;
        endBindings();
        Error error = Error.newBuilder()
                .setCode(code.number())
                .setDetail(detail)
                .setRetryAfterMs(retryAfterMs)
                .setCloses(true)
                .build();
        byte[] frame = Frames.encode(FrameType.ERROR, error);
        var _ = channel.writeAndFlush(channel.alloc().directBuffer(frame.length).writeBytes(frame))
                .addListener((ChannelFutureListener) written -> finishOutput(written.isSuccess()));
        deadlineMs = loop.nowMs() + loop.config().closeWithin().toMillis();
        wakeAt(deadlineMs);
    }

    private void finishOutput(boolean written) {
        if (written && channel instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput();
        } else {
            var _ = channel.close();
        }
    }

    /** Asks the client to go to another room, at some moment of its choice within the time. */
    void move(int withinMs) {
        if (phase == Phase.READY) {
            send(
                    FrameType.COMMAND,
                    Command.newBuilder()
                            .setMove(Move.newBuilder().setWithinMs(withinMs))
                            .build());
        }
    }

    void close(CloseReason why) {
        if (reason == CloseReason.CLIENT) {
            reason = why;
        }
        var _ = channel.close();
    }

    // Deadlines.

    void wakeAt(long dueMs) {
        if (phase != Phase.CLOSED) {
            loop.wheel().arm(this, dueMs);
        }
    }

    @Override
    long onDue(long nowMs) {
        return switch (phase) {
            case GREETING -> onGreetingDue(nowMs);
            case READY -> onReadyDue(nowMs);
            case CLOSING -> onClosingDue(nowMs);
            case CLOSED -> Wheel.NEVER;
        };
    }

    private long onGreetingDue(long nowMs) {
        if (nowMs >= deadlineMs) {
            closeWith(ErrorCode.HANDSHAKE_TIMEOUT, "HELLO: did not come", 0, CloseReason.HANDSHAKE_TIMEOUT);
        }
        return deadlineMs;
    }

    private long onReadyDue(long nowMs) {
        long deadMs = heardMs + heartbeatSeconds * 2_500L;
        if (nowMs >= deadMs) {
            closeWith(ErrorCode.HEARTBEAT_TIMEOUT, "nothing heard", 0, CloseReason.HEARTBEAT_TIMEOUT);
        } else if (!everBound && nowMs >= deadlineMs) {
            closeWith(ErrorCode.HANDSHAKE_TIMEOUT, "BIND: none was made", 0, CloseReason.HANDSHAKE_TIMEOUT);
        }
        if (phase != Phase.READY) {
            return deadlineMs;
        }
        long dueMs = everBound ? deadMs : Math.min(deadMs, deadlineMs);
        for (Binding binding : bindings.clone()) {
            dueMs = Math.min(dueMs, binding.onDue(nowMs));
        }
        return dueMs;
    }

    private long onClosingDue(long nowMs) {
        if (nowMs >= deadlineMs) {
            var _ = channel.close();
            return Wheel.NEVER;
        }
        return deadlineMs;
    }
}
