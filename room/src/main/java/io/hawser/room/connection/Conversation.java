package io.hawser.room.connection;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.room.token.Permit;
import io.hawser.rpc.id.Endpoint;
import io.hawser.rpc.id.Mailbox;
import io.hawser.rpc.v1.App;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a room answers to each frame of a client, as {@code docs/protocol.md} has it. Keeps nothing of any client, but who
 * waits for what. A frame that breaks the protocol leaves as an exception, which ends the connection.
 */
final class Conversation {
    private static final int VERSION = 1;
    private static final int MIN_NONCE_BYTES = 8;
    private static final int MAX_NONCE_BYTES = 32;
    private static final int MAX_NOTE_CHARS = 64;
    /** Of any mailbox: seqs fit into 53 bits. */
    private static final long MAX_SEQ = (1L << 53) - 1;

    private final ConnectionLoop loop;
    /** The apps of which a bind waits to see whether they are: few of each connection, and one bind of each. */
    private final Map<Connection, Set<String>> awaitedApps = new HashMap<>();

    Conversation(ConnectionLoop loop) {
        this.loop = loop;
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
            String versions = unsigned(hello.getMinVersion()) + " to " + unsigned(hello.getMaxVersion());
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
            case FrameType.BIND -> bind(connection, parse(Bind.parser(), body));
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

    private void bind(Connection connection, Bind bind) {
        bind(connection, bind, true);
    }

    /** @param mayWait for its app to become known, once */
    private void bind(Connection connection, Bind bind, boolean mayWait) {
        if (connection.binding(bind.getBinding()) != null) {
            connection.refuse(
                    ErrorCode.BINDING_IN_USE,
                    "binding: " + unsigned(bind.getBinding()) + " is in use",
                    bind.getBinding());
            return;
        }
        try {
            check(
                    "binding",
                    Integer.toUnsignedLong(bind.getBinding()),
                    1,
                    loop.config().maxBindings());
            Endpoint endpoint = Endpoint.of(bind.getApp(), bind.getUser(), bind.getDevice());
            App app = loop.apps().find(bind.getApp());
            if (app == null && mayWait) {
                awaitApp(connection, bind);
            } else {
                admit(connection, served(app, bind.getApp()), endpoint, bind);
            }
        } catch (HawserException refusal) {
            ErrorCode code = refusal.code();
            int retryAfterMs = loop.waits().retryAfterMs(code);
            refuseBind(connection, bind, code, String.valueOf(refusal.getMessage()), retryAfterMs);
        }
    }

    private void refuseBind(Connection connection, Bind bind, ErrorCode code, String detail, int retryAfterMs) {
        loop.meters().unbound(code);
        connection.out().send(FrameType.UNBOUND, Replies.unbound(bind.getBinding(), code, detail, retryAfterMs));
    }

    /** An app made a moment ago may not have got here: the bind waits for the directory to be read again. */
    private void awaitApp(Connection connection, Bind bind) {
        Set<String> awaited = awaitedApps.computeIfAbsent(connection, first -> new HashSet<>());
        if (awaited.size() >= loop.config().maxBindsInFlight() || !awaited.add(bind.getApp())) {
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED, "BIND: too many of apps that are not known yet");
        }
        int round = connection.round();
        loop.hop(loop.apps().refresh(), (nothing, failure) -> {
            awaited.remove(bind.getApp());
            if (awaited.isEmpty()) {
                awaitedApps.remove(connection);
            }
            // A client that dropped meanwhile and is back says anew what it wants.
            if (connection.phase() == Connection.Phase.READY && connection.round() == round) {
                bind(connection, bind, false);
            }
        });
    }

    private void admit(Connection connection, App app, Endpoint endpoint, Bind bind) {
        if (connection.bindingsUnderWay(app.getId()) >= loop.config().maxBindsInFlight()) {
            throw HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "BIND: too many under way");
        }
        check("installation_nonce bytes", bind.getInstallationNonce().size(), MIN_NONCE_BYTES, MAX_NONCE_BYTES);
        check("client_version length", bind.getClientVersion().length(), 0, MAX_NOTE_CHARS);
        check("position", bind.getPosition(), 0, MAX_SEQ);
        Mailbox.ofClass(bind.getDeviceClass());
        Permit permit = loop.tokens().verify(app, endpoint, bind.getToken());
        // After the token: who has none learns of no bans.
        Banned ban = banOf(connection, bind);
        if (ban != null) {
            refuseBind(connection, bind, ErrorCode.BANNED, ban.detail(), ban.retryAfterMs());
            return;
        }
        String mailbox = Mailbox.of(app.getSessionPolicy(), endpoint.device(), bind.getDeviceClass());
        // The quota before the binding: one that is made serves broadcasts, and has to be ended.
        if (loop.access().apps().isFull(app.getId())) {
            loop.parking().makeWay(app.getId());
        }
        loop.access().apps().enter(app.getId());
        connection.add(make(connection, bind, app, mailbox, permit));
    }

    private Binding make(Connection connection, Bind bind, App app, String mailbox, Permit permit) {
        try {
            return new Binding(connection, loop, bind, app, mailbox, permit);
        } catch (RuntimeException | Error notMade) {
            loop.access().apps().leave(app.getId());
            throw notMade;
        }
    }

    private @Nullable Banned banOf(Connection connection, Bind bind) {
        return loop.bans().ofEndpoint(bind.getApp(), bind.getUser(), bind.getDevice(), connection.peer());
    }

    private static App served(@Nullable App app, String id) {
        if (app == null || app.getDisabled()) {
            throw HawserException.refusal(ErrorCode.UNKNOWN_APP, "app: " + id + " (expected: one that is served)");
        }
        return app;
    }

    /** Numbers of a client are unsigned, all 64 bits of them. */
    private static void check(String what, long value, long min, long max) {
        if (Long.compareUnsigned(value, min) < 0 || Long.compareUnsigned(value, max) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    what + ": " + Long.toUnsignedString(value) + " (expected: " + min + " to " + max + ")");
        }
    }

    private static String unsigned(int value) {
        return Integer.toUnsignedString(value);
    }

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
                    .verify(served(loop.apps().find(reader.app()), reader.app()), endpoint, renewal.getToken());
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
        }
    }

    /** Returns the binding of this number; null where none is bound, which is said then. */
    private static @Nullable Binding live(Connection connection, int number) {
        Binding binding = connection.binding(number);
        if (binding != null && binding.isLive()) {
            return binding;
        }
        connection.refuse(
                ErrorCode.BINDING_UNKNOWN, "binding: " + unsigned(number) + " (expected: one that is bound)", number);
        return null;
    }

    private static <T extends MessageLite> T parse(Parser<T> parser, ByteBuf body) {
        return Frames.parse(parser, body.nioBuffer());
    }
}
