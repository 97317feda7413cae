package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Welcome;
import java.io.IOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** How a connection begins: HELLO, the room's answer, and what it settles. For the reader. */
final class Greeting {
    private final Socket socket;
    private final FrameReader reader;
    private final Outbound outbound;
    private final Orders orders;
    private final ClientSettings settings;
    private final Introduction introduction;
    private final Comeback comeback;
    private final Delivery delivery;
    private final Counters counters;
    private int maxFrameBytes = FrameLimits.MAX_UNBOUND_FRAME_BYTES;
    private boolean resumed;

    Greeting(Socket socket, FrameReader reader, Outbound outbound, Orders orders, Connector.Parts parts) {
        this.socket = socket;
        this.reader = reader;
        this.outbound = outbound;
        this.orders = orders;
        this.settings = parts.settings;
        this.introduction = parts.introduction;
        this.comeback = parts.comeback;
        this.delivery = parts.delivery;
        this.counters = parts.counters;
    }

    /** Of a frame, before a binding is made. */
    int maxFrameBytes() {
        return maxFrameBytes;
    }

    /** Whether the room goes on where the last connection ended, and is not to be asked for a binding. */
    boolean isResumed() {
        return resumed;
    }

    /** Says HELLO and hears WELCOME; returns how the room refused instead, or null. */
    @Nullable
    SessionEnd exchange() throws IOException {
        socket.setSoTimeout((int) settings.handshakeTimeout.toMillis());
        outbound.writeNow(introduction.hello(comeback.token(), delivery.position(), delivery.cursor()));
        Frame answer = reader.read();
        if (answer == null) {
            return SessionEnd.lost("closed by the room before WELCOME");
        }
        if (answer.type() == FrameType.ERROR) {
            io.hawser.wire.v1.Error error = Frames.parse(io.hawser.wire.v1.Error.parser(), answer.body());
            return SessionEnd.refused(ErrorCode.ofNumber(error.getCode()), error.getDetail(), error.getRetryAfterMs());
        }
        if (answer.type() != FrameType.WELCOME) {
            throw HawserException.refusal(ErrorCode.PROTOCOL_ERROR, "frame: " + answer + " (expected: WELCOME)");
        }
        welcome(Frames.parse(Welcome.parser(), answer.body()));
        return null;
    }

    private void welcome(Welcome welcome) throws IOException {
        if (welcome.getVersion() != Introduction.VERSION) {
            throw HawserException.refusal(
                    ErrorCode.VERSION_UNSUPPORTED,
                    "version: " + welcome.getVersion() + " (expected: " + Introduction.VERSION + ")");
        }
        if (welcome.getMaxFrameBytesUnbound() > 0) {
            maxFrameBytes = welcome.getMaxFrameBytesUnbound();
        }
        if (welcome.getMaxFrameBytes() > 0) {
            outbound.welcomed(welcome.getMaxFrameBytes());
        }
        orders.heartbeat(welcome.getHeartbeatSeconds());
        comeback.welcomed(welcome.getResumeToken());
        resumed = welcome.getResumed();
        if (resumed) {
            counters.resumes.incrementAndGet();
            outbound.endUnlessOpenedIn(settings.bindTimeout);
        }
    }
}
