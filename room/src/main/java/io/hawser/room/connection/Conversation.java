package io.hawser.room.connection;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.room.token.Permit;
import io.hawser.rpc.id.Endpoint;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Diagnostics;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Join;
import io.hawser.wire.v1.Pull;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.TokenRenewed;
import io.hawser.wire.v1.Unbind;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.Welcome;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a room answers to each frame of a client, as {@code docs/protocol.md} has it. Keeps nothing of any client. A
 * frame that breaks the protocol leaves as an exception, which ends the connection.
 */
final class Conversation {
    private static final int VERSION = 1;

    private final ConnectionLoop loop;
    private final BindRequests binds;

    Conversation(ConnectionLoop loop) {
        this.loop = loop;
        this.binds = new BindRequests(loop);
    }

    void onFrame(Connection connection, int type, ByteBuf body) {
        switch (connection.phase()) {
            case GREETING -> greet(connection, parse(Hello.parser(), body));
            case READY -> serve(connection, type, body);
            case PARKED, CLOSING, CLOSED -> {
                // Thrown away: the last word is said.
            }
        }
    }

    void greet(Connection connection, Hello hello) {
        if (loop.admission().isDraining()) {
            connection.closeWith(Replies.lastError(loop.refusal()), CloseReason.REFUSED);
        } else if (Integer.compareUnsigned(hello.getMinVersion(), VERSION) > 0
                || Integer.compareUnsigned(hello.getMaxVersion(), VERSION) < 0) {
            String versions = Integer.toUnsignedString(hello.getMinVersion()) + " to "
                    + Integer.toUnsignedString(hello.getMaxVersion());
            connection.closeWith(
                    ErrorCode.VERSION_UNSUPPORTED,
                    "versions: " + versions + " (expected: 1 among them)",
                    CloseReason.VERSION_UNSUPPORTED);
        } else if (!loop.resumption().takes(connection, hello)) {
            welcome(connection, hello, false);
        }
    }

    void welcome(Connection connection, Hello hello, boolean resumed) {
        int heartbeatSeconds = connection.decideHeartbeat(hello.getHeartbeatSeconds(), hello.getNetwork());
        connection.greeted(heartbeatSeconds);
        connection
                .out()
                .send(
                        FrameType.WELCOME,
                        Welcome.newBuilder()
                                .setVersion(VERSION)
                                .setHeartbeatSeconds(heartbeatSeconds)
                                .setMaxFrameBytesUnbound(
                                        loop.config().maxUnboundFrame().toInt())
                                .setMaxFrameBytes(loop.config().maxFrame().toInt())
                                .setMaxBindings(loop.config().maxBindings())
                                .setRoom(loop.identity().room())
                                .setConnection(connection.id())
                                .setTimeMs(loop.wallMs())
                                .setResumed(resumed)
                                .setResumeToken(loop.resumption().token(connection, hello))
                                .setEncoding(connection.decideEncoding(hello.getEncodingsList()))
                                .build());
    }

    private void serve(Connection connection, int type, ByteBuf body) {
        switch (type) {
            case FrameType.PING -> connection.out().pong();
            case FrameType.PONG -> {
                // That it came is all it says.
            }
            case FrameType.ACK -> acknowledge(connection, parse(Ack.parser(), body));
            case FrameType.BIND -> binds.onBind(connection, parse(Bind.parser(), body));
            case FrameType.UNBIND -> unbind(connection, parse(Unbind.parser(), body));
            case FrameType.RENEW_TOKEN -> renewToken(connection, parse(RenewToken.parser(), body));
            case FrameType.SYNC -> sync(connection, parse(Sync.parser(), body));
            case FrameType.JOIN -> join(connection, parse(Join.parser(), body));
            case FrameType.UPLINK -> uplink(connection, parse(Uplink.parser(), body));
            case FrameType.DIAGNOSTICS -> loop.diagnoses().take(connection, parse(Diagnostics.parser(), body));
            case FrameType.PULL -> pull(connection, parse(Pull.parser(), body));
            default -> {
                if (FrameType.isKnown(type)) {
                    throw HawserException.refusal(
                            ErrorCode.PROTOCOL_ERROR, "frame: " + FrameType.nameOf(type) + " (expected: a client's)");
                }
                loop.meters().skipped();
            }
        }
    }

    // What is served besides messages.

    private void sync(Connection connection, Sync sync) {
        Binding binding = live(connection, sync.getBinding());
        if (binding != null) {
            binding.sync(sync);
        }
    }

    private void join(Connection connection, Join join) {
        Binding binding = live(connection, join.getBinding());
        if (binding != null) {
            binding.join(join);
        }
    }

    private void uplink(Connection connection, Uplink uplink) {
        Binding binding = live(connection, uplink.getBinding());
        if (binding != null) {
            loop.uplinks().onUplink(binding, uplink);
        }
    }

    private void pull(Connection connection, Pull pull) {
        Binding binding = live(connection, pull.getBinding());
        if (binding != null) {
            loop.pulls().onPull(binding, pull);
        }
    }

    // Bindings.

    private void acknowledge(Connection connection, Ack ack) {
        Binding binding = live(connection, ack.getBinding());
        if (binding != null && !binding.acknowledge(ack.getSeq())) {
            connection.refuse(
                    ErrorCode.ACK_BEYOND_SENT,
                    "seq: " + Long.toUnsignedString(ack.getSeq()) + " (expected: one that was sent)",
                    ack.getBinding());
        }
        loop.meters().acknowledged();
    }

    private void unbind(Connection connection, Unbind unbind) {
        Binding binding = live(connection, unbind.getBinding());
        if (binding != null && unbind.getForget()) {
            binding.forget();
        } else if (binding != null) {
            connection.unbind(binding, null, "", 0);
        }
    }

    private void renewToken(Connection connection, RenewToken renewal) {
        Binding binding = live(connection, renewal.getBinding());
        if (binding == null) {
            return;
        }
        try {
            Reader reader = binding.reader();
            Endpoint endpoint = Endpoint.of(reader.app(), reader.user(), reader.device());
            Permit permit = loop.tokens()
                    .verify(
                            BindRequests.served(loop.apps().find(reader.app()), reader.app()),
                            endpoint,
                            renewal.getToken());
            binding.renewToken(permit);
            connection
                    .out()
                    .send(
                            FrameType.TOKEN_RENEWED,
                            TokenRenewed.newBuilder()
                                    .setBinding(binding.number())
                                    .setTokenExpiresMs(permit.expiresMs())
                                    .build());
        } catch (HawserException refusal) {
            connection.refuse(refusal.code(), String.valueOf(refusal.getMessage()), binding.number());
            connection.chargeFor(refusal.code());
        }
    }

    /** Returns the binding of this number; null where none is bound, which is said then. */
    private static @Nullable Binding live(Connection connection, int number) {
        Binding binding = connection.binding(number);
        if (binding != null && binding.isLive()) {
            return binding;
        }
        connection.refuse(
                ErrorCode.BINDING_UNKNOWN,
                "binding: " + Integer.toUnsignedString(number) + " (expected: one that is bound)",
                number);
        return null;
    }

    private static <T extends MessageLite> T parse(Parser<T> parser, ByteBuf body) {
        return Frames.parse(parser, body.nioBuffer());
    }
}
