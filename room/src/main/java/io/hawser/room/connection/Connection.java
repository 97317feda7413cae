package io.hawser.room.connection;

import io.hawser.room.access.Source;
import io.hawser.rpc.v1.Kick;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Kicked;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: its bindings, and what is said to it. Lives on one event loop.
 *
 * <p>There are many: it keeps no buffer, no timer and nothing of the handshake. What the frames mean stands in {@link
 * Conversation}, which is one for all of a loop.
 */
public final class Connection extends Resumable {
    /** A short length and a type. */
    private static final int FRAME_HEAD_BYTES = 2;
    /** What a refused token costs its client: to check it takes the room as long as many frames do. */
    private static final int REFUSED_TOKEN_FRAMES = 50;

    Connection(ConnectionLoop loop, Channel channel, Source source, Carrier carrier, long id) {
        super(loop, new Outlet(loop, channel, carrier), source, id);
        enter(Phase.GREETING, loop.config().helloWithin());
    }

    @Override
    Connection self() {
        return this;
    }

    // What the decoder asks and tells.

    /** Whether frames are still of interest; what comes after is thrown away. */
    public boolean wantsFrames() {
        return phase() == Phase.GREETING || phase() == Phase.READY;
    }

    /** Largest frame that is taken now, type and body. */
    public int maxFrameBytes() {
        ConnectionConfig config = loop.config();
        return everBound()
                ? config.maxFrame().toInt()
                : config.maxUnboundFrame().toInt();
    }

    /** A frame of this type is coming. Refused as soon as that much is seen, for the rest of it may never come. */
    public void expect(int type) {
        if (phase() == Phase.GREETING && type != FrameType.HELLO) {
            throw HawserException.refusal(
                    ErrorCode.PROTOCOL_ERROR, "first frame: " + FrameType.nameOf(type) + " (expected: HELLO)");
        }
    }

    /** A frame has come. The body is the decoder's: it is read now or not at all. */
    public void onFrame(int type, ByteBuf body) {
        assert loop.inEventLoop();
        heard(FRAME_HEAD_BYTES + body.readableBytes());
        try {
            expect(type);
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

    /** What carries the frames was not as it must be: no TLS, no WebSocket. The client is told so in that protocol. */
    public void onBadCarrier(Throwable cause) {
        if (isForWantOfMemory(cause)) {
            onFault(cause);
        } else if (wantsFrames()) {
            loop.meters().badCarrier(cause);
            beginClosing(CloseReason.BAD_CARRIER);
        }
    }

    /** What carries the frames has brought one of its own, which says nothing of the client. It costs as a frame does. */
    public void onCarrierFrame() {
        assert loop.inEventLoop();
        if (wantsFrames()) {
            charge(1);
        }
    }

    /** Charges the client for what was refused where that is dear. */
    void chargeFor(ErrorCode refusal) {
        switch (refusal) {
            case TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_MISMATCH -> charge(REFUSED_TOKEN_FRAMES);
            default -> {
                // The frame itself is counted.
            }
        }
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
        boolean writable = out().isWritable();
        out().readWhile(writable && !isPaused());
        loop.relief().reads(this, writable);
        if (writable) {
            forgetProbe();
            fillAgain(bindings());
            loop.flush();
        } else {
            loop.meters().unwritable();
        }
    }

    /** Who is first by lot: what the first has to load may fill the buffer again, each time, and nobody else's would come. */
    private void fillAgain(Binding[] all) {
        int first = all.length > 1 ? loop.waits().below(all.length) : 0;
        for (int i = 0; i < all.length; i++) {
            all[(first + i) % all.length].onWritable();
        }
    }

    /** The channel failed: a fault of the network or of ours, or there was no memory for it. */
    @Override
    public void onFault(Throwable fault) {
        if (isForWantOfMemory(fault)) {
            loop.meters().memoryRefused();
            close(CloseReason.OVERLOADED);
        } else {
            loop.meters().fault(fault);
            close(fault instanceof IOException ? CloseReason.CLIENT : CloseReason.FAULT);
        }
    }

    /** Handlers wrap what fails inside them. */
    private static boolean isForWantOfMemory(Throwable fault) {
        return fault instanceof OutOfMemoryError || fault.getCause() instanceof OutOfMemoryError;
    }

    // Bindings.

    void onBound(Binding bound, Bound answer) {
        out().send(FrameType.BOUND, answer);
        loop.meters().bound();
        if (boundFirst()) {
            loop.admission().authenticated();
        }
        int everySeconds = loop.config().heartbeat().ofApp(bound.app(), heartbeatSeconds());
        if (everySeconds < heartbeatSeconds()) {
            hearEvery(everySeconds);
        }
    }

    /** Tells the client how often to speak; returns whether it is told, and waited for as long. */
    boolean hearEvery(int seconds) {
        boolean told = command(Replies.heartbeat(seconds));
        if (told) {
            heartbeat(seconds);
        }
        return told;
    }

    /** Ends a binding and says so; without a code: as the client asked. */
    void unbind(Binding binding, @Nullable ErrorCode code, String detail, int retryAfterMs) {
        end(binding, EndReasons.of(code, binding.isLeaving()));
        if (code != null) {
            loop.meters().unbound(code);
        }
        out().send(FrameType.UNBOUND, Replies.unbound(binding.number(), code, detail, retryAfterMs));
    }

    /** Ends all bindings of an app. */
    void unbindAll(String app, ErrorCode code, String detail) {
        for (Binding binding : bindings()) {
            if (binding.reader().app().equals(app)) {
                unbind(binding, code, detail, 0);
            }
        }
    }

    /** Ends what is banned: the connection, or some of its bindings. */
    void endBanned() {
        if (endNetwork()) {
            return;
        }
        for (Binding binding : bindings()) {
            Reader reader = binding.reader();
            Banned ban = loop.bans().ofEndpoint(reader.app(), reader.user(), reader.device(), peer());
            if (ban != null) {
                kick(binding, Replies.kickOf(ban), Replies.kicked(binding.number(), ban));
            }
        }
    }

    /** Ends a binding for another's sake. A client that is merely back elsewhere is not told not to return. */
    void kick(Binding binding, Kick kick) {
        int returnAfterMs = (int) loop.waits().pollMs();
        kick(binding, kick, Replies.kicked(binding.number(), kick, returnAfterMs));
    }

    private void kick(Binding binding, Kick kick, Kicked lastWord) {
        loop.uplinks().onKicked(binding, kick);
        end(binding, EndReasons.of(kick.getCause()));
        loop.meters().kicked(kick.getCause());
        if (kick.getSameInstallation() && bindings().length == 0) {
            close(CloseReason.RETURNED_ELSEWHERE);
        } else {
            out().send(FrameType.KICKED, lastWord);
        }
    }

    // Refusing and ending.

    /** Refuses a frame; the connection stays. */
    void refuse(ErrorCode code, String detail, int binding) {
        loop.meters().refused(code);
        out().send(FrameType.ERROR, Replies.error(code, detail, binding));
    }

    /** Says why, and closes once the client has had the time to read it. */
    @Override
    void closeWith(ErrorCode code, String detail, CloseReason why) {
        closeWith(Replies.lastError(code, detail), why);
    }

    @Override
    void closeWith(Error lastWord, CloseReason why) {
        if (!wantsFrames()) {
            return;
        }
        if (why == CloseReason.HEARTBEAT_TIMEOUT && mayPark()) {
            endsFor(why);
            out().sendAndClose(lastWord);
            park();
            return;
        }
        beginClosing(why);
        out().sendLast(lastWord);
    }

    private void beginClosing(CloseReason why) {
        enter(Phase.CLOSING, loop.config().closeWithin());
        endsFor(why);
        endBindings();
    }

    /** Tells the client to do something; returns false where it is not greeted, or being closed. */
    boolean command(Command command) {
        boolean ready = phase() == Phase.READY;
        if (ready) {
            out().send(FrameType.COMMAND, command);
            loop.meters().commanded(command);
        }
        return ready;
    }

    void close(CloseReason why) {
        if (reason() == CloseReason.CLIENT) {
            endsFor(why);
        }
        if (phase() == Phase.PARKED) {
            endParked(why == CloseReason.DRAINED ? Parking.Outcome.DRAINED : Parking.Outcome.ENDED);
        }
        out().close();
    }

    @Override
    void closeNow() {
        out().close();
    }

    @Override
    boolean awaitsWord() {
        return out().isWritable() && !isPaused() && Bindings.anyAwaitsWord(bindings());
    }

    @Override
    void probe() {
        loop.meters().probed();
        out().ping();
    }
}
