package io.hawser.room.connection;

import io.hawser.room.access.Reason;
import io.hawser.room.access.Refusal;
import io.hawser.room.access.Source;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Encoding;
import io.hawser.wire.v1.Error;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a client comes from, and how it is dealt with where it may not be here or sends too fast. What a {@link
 * Connection} is built on, as {@link Lifecycle} is.
 */
abstract class Visitor extends Lifecycle {
    /** Of those that a client names. */
    private static final int MAX_ENCODINGS = 8;

    final Outlet out;
    private Source source;

    Visitor(ConnectionLoop loop, Outlet out, Source source) {
        super(loop);
        this.out = out;
        this.source = source;
    }

    /** Says a last word, and closes. */
    abstract void closeWith(Error lastWord, CloseReason why);

    final Outlet out() {
        return out;
    }

    /**
     * How often the client is to be heard that would like to be so, in seconds: its network, what carries its frames and
     * the apps that it is bound to have a say.
     *
     * @param network as HELLO says; empty: unknown
     */
    final int decideHeartbeat(int wishedSeconds, String network) {
        int decided = loop.config().heartbeat().decide(wishedSeconds, network);
        return Math.min(ofApps(decided), out.carrier().maxHeartbeatSeconds());
    }

    /** In what bodies may come to the client from now on, besides as they are: something that it takes, and the room makes. */
    final Encoding decideEncoding(List<Encoding> taken) {
        boolean inflates = loop.broadcasts().compresses()
                && taken.subList(0, Math.min(taken.size(), MAX_ENCODINGS)).contains(Encoding.DEFLATE);
        out.inflates(inflates);
        return inflates ? Encoding.DEFLATE : Encoding.IDENTITY;
    }

    /** Of an interval what the apps of its bindings leave. */
    abstract int ofApps(int heartbeatSeconds);

    // Where it comes from.

    /** What it counts for. */
    final Source source() {
        return source;
    }

    final void countsFor(Source another) {
        source = another;
    }

    /** Where the client connects from; null where there is no address, or a proxy does not say it. */
    final @Nullable InetAddress peer() {
        return source == Source.PROXY ? null : out.peer();
    }

    /** A proxy says where the client is. From here on it counts for that address, or is sent away. */
    public final void cameFrom(InetAddress client) {
        assert loop.inEventLoop();
        if (phase() != Phase.GREETING) {
            return;
        }
        switch (loop.addresses().enter(client)) {
            case Source ofClient -> {
                source = ofClient;
                out.cameFrom(client);
            }
            case Refusal refusal -> sendAway(refusal);
        }
    }

    /** What came first is not what has to come first on this port. */
    public final void turnAway(Reason reason) {
        assert loop.inEventLoop();
        sendAway(loop.addresses().refuse(reason));
    }

    /** Ends the connection where its network may not be here any more. Returns whether it does. */
    final boolean endNetwork() {
        InetAddress peer = peer();
        Refusal refusal = peer == null ? null : loop.addresses().refusalOf(peer);
        if (refusal != null) {
            sendAway(refusal);
        }
        return refusal != null;
    }

    private void sendAway(Refusal refusal) {
        closeWith(Replies.lastError(refusal), CloseReason.of(refusal.reason()));
    }

    // How fast it sends.

    @Override
    final void onPause(int pauseMs) {
        loop.meters().paused();
        out.readWhile(false);
        out.send(FrameType.ERROR, Replies.tooFast(pauseMs));
    }

    @Override
    final void onResume() {
        out.readWhile(out.isWritable());
    }

    @Override
    final void onFlood(int pauseMs) {
        closeWith(
                Replies.lastError(ErrorCode.RESOURCE_EXHAUSTED, "frames: far too many, or too large", pauseMs),
                CloseReason.TOO_FAST);
    }
}
