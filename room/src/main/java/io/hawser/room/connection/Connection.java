package io.hawser.room.connection;

import io.hawser.rpc.v1.Kick;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bound;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: its state and its bindings. Lives on one event loop.
 *
 * <pre>
 *   GREETING ── HELLO, WELCOME ──▶ READY ── ERROR(closes) ──▶ CLOSING ──▶ CLOSED
 * </pre>
 *
 * <p>There are many: it keeps no buffer, no timer and nothing of the handshake. What the frames mean stands in {@link
 * Conversation}, which is one for all of a loop.
 */
public final class Connection extends Wheel.Entry {
    enum Phase {
        GREETING,
        READY,
        /** The last frame is written; what still comes is thrown away until the client has closed. */
        CLOSING,
        CLOSED
    }

    private final ConnectionLoop loop;
    private final Outlet out;
    private final long id;
    private Binding[] bindings = Bindings.NONE;
    private Phase phase = Phase.GREETING;
    private CloseReason reason = CloseReason.CLIENT;
    private boolean everBound;
    private boolean awaitsApp;
    private int heartbeatSeconds;
    private long heardMs;
    /** When it must have said HELLO, made a binding, or be closed: by phase. */
    private long deadlineMs;

    Connection(ConnectionLoop loop, Channel channel, long id) {
        this.loop = loop;
        this.out = new Outlet(loop, channel);
        this.id = id;
        this.heardMs = loop.nowMs();
        wakeBy(heardMs + loop.config().helloWithin().toMillis());
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

    Outlet out() {
        return out;
    }

    // What the decoder asks and tells.

    /** Whether frames are still of interest; what comes after is thrown away. */
    public boolean wantsFrames() {
        return phase == Phase.GREETING || phase == Phase.READY;
    }

    /** Largest frame that is taken now, type and body. */
    public int maxFrameBytes() {
        ConnectionConfig config = loop.config();
        return everBound ? config.maxFrame().toInt() : config.maxUnboundFrame().toInt();
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

    /** What has come is no frame, or not one that may come now. */
    public void onBadFrame(HawserException refusal) {
        loop.meters().refused(refusal.code());
        closeWith(refusal.code(), String.valueOf(refusal.getMessage()), CloseReason.BAD_FRAME);
    }

    /** All that had come was read. */
    public void onReadComplete() {
        loop.flush();
    }

    /**
     * Who does not read is not read either: what is answered to it would wait here, without bound. A client that goes on
     * so is not heard, and ends as a silent one does.
     */
    public void onWritabilityChanged() {
        assert loop.inEventLoop();
        boolean writable = out.isWritable();
        out.readWhile(writable);
        if (writable) {
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
        close(fault instanceof IOException ? CloseReason.CLIENT : CloseReason.FAULT);
    }

    // Handshake.

    void greeted(int intervalSeconds) {
        phase = Phase.READY;
        heartbeatSeconds = intervalSeconds;
        wakeBy(heardMs + loop.config().bindWithin().toMillis());
    }

    /** Whether a bind may wait for the app to become known: one at a time. */
    boolean mayAwaitApp() {
        return !awaitsApp;
    }

    void awaitsApp(boolean awaits) {
        awaitsApp = awaits;
    }

    // Bindings.

    @Nullable
    Binding binding(int number) {
        return Bindings.find(bindings, number);
    }

    int bindingsUnderWay() {
        return Bindings.underWay(bindings);
    }

    void add(Binding binding) {
        bindings = Bindings.with(bindings, binding);
        loop.members().add(binding);
        loop.meters().bindingAdded();
        binding.begin();
    }

    void onBound(Bound bound) {
        out.send(FrameType.BOUND, bound);
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
        out.send(FrameType.UNBOUND, Replies.unbound(binding.number(), code, detail, retryAfterMs));
    }

    /** Ends a binding for another's sake. A client that is merely back elsewhere is not told not to return. */
    void kick(Binding binding, Kick kick) {
        end(binding);
        loop.meters().kicked(kick.getCause());
        if (kick.getSameInstallation() && bindings.length == 0) {
            close(CloseReason.RETURNED_ELSEWHERE);
        } else {
            out.send(FrameType.KICKED, Replies.kicked(binding.number(), kick, (int) loop.pollMs()));
        }
    }

    private void end(Binding binding) {
        bindings = Bindings.without(bindings, binding);
        drop(binding);
    }

    private void endBindings() {
        for (Binding binding : bindings) {
            drop(binding);
        }
        bindings = Bindings.NONE;
    }

    private void drop(Binding binding) {
        loop.members().remove(binding);
        loop.meters().bindingRemoved();
        binding.end();
    }

    // Refusing and ending.

    /** Refuses a frame; the connection stays. */
    void refuse(ErrorCode code, String detail, int binding) {
        loop.meters().refused(code);
        out.send(FrameType.ERROR, Replies.error(code, detail, binding));
    }

    /** Says why, and closes once the client has had the time to read it. */
    void closeWith(ErrorCode code, String detail, CloseReason why) {
        if (!wantsFrames()) {
            return;
        }
        phase = Phase.CLOSING;
        reason = why;
        endBindings();
        out.sendLast(FrameType.ERROR, Replies.lastError(code, detail));
        wakeBy(loop.nowMs() + loop.config().closeWithin().toMillis());
    }

    /** Asks the client to go to another room, at some moment of its choice within the time. */
    void move(int withinMs) {
        if (phase == Phase.READY) {
            out.send(FrameType.COMMAND, Replies.move(withinMs));
        }
    }

    void close(CloseReason why) {
        if (reason == CloseReason.CLIENT) {
            reason = why;
        }
        out.close();
    }

    // Deadlines.

    /** Has the connection asked at {@code dueMs}, or earlier. */
    void wakeAt(long dueMs) {
        if (phase != Phase.CLOSED) {
            loop.wheel().arm(this, dueMs);
        }
    }

    private void wakeBy(long newDeadlineMs) {
        deadlineMs = newDeadlineMs;
        wakeAt(newDeadlineMs);
    }

    /** A fault ends this connection, not the wheel that all others depend on. */
    @Override
    long onDue(long nowMs) {
        try {
            return switch (phase) {
                case GREETING -> onGreetingDue(nowMs);
                case READY -> onReadyDue(nowMs);
                case CLOSING -> onClosingDue(nowMs);
                case CLOSED -> Wheel.NEVER;
            };
        } catch (RuntimeException fault) {
            onFault(fault);
            return Wheel.NEVER;
        }
    }

    private long onGreetingDue(long nowMs) {
        if (nowMs >= deadlineMs) {
            closeWith(ErrorCode.HANDSHAKE_TIMEOUT, "HELLO: did not come", CloseReason.HANDSHAKE_TIMEOUT);
        }
        return deadlineMs;
    }

    private long onReadyDue(long nowMs) {
        long deadMs = heardMs + heartbeatSeconds * 2_500L;
        if (nowMs >= deadMs) {
            closeWith(ErrorCode.HEARTBEAT_TIMEOUT, "nothing heard", CloseReason.HEARTBEAT_TIMEOUT);
            return deadlineMs;
        }
        if (!everBound && nowMs >= deadlineMs) {
            closeWith(ErrorCode.HANDSHAKE_TIMEOUT, "BIND: none was made", CloseReason.HANDSHAKE_TIMEOUT);
            return deadlineMs;
        }
        long dueMs = everBound ? deadMs : Math.min(deadMs, deadlineMs);
        // A binding may end when it is asked, and leave this array for another.
        for (Binding binding : bindings) {
            dueMs = Math.min(dueMs, binding.onDue(nowMs));
        }
        return dueMs;
    }

    private long onClosingDue(long nowMs) {
        if (nowMs < deadlineMs) {
            return deadlineMs;
        }
        out.close();
        return Wheel.NEVER;
    }
}
