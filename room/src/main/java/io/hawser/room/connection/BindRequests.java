package io.hawser.room.connection;

import io.hawser.room.token.Permit;
import io.hawser.rpc.id.Endpoint;
import io.hawser.rpc.id.Mailbox;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a BIND has to show before it becomes a binding: a number that is free, an endpoint, an app that is served, a token,
 * no ban, a place among the app's. A refusal ends no connection: it is answered by UNBOUND.
 */
final class BindRequests {
    private static final int MIN_NONCE_BYTES = 8;
    private static final int MAX_NONCE_BYTES = 32;
    private static final int MAX_NOTE_CHARS = 64;
    /** Of any mailbox: seqs fit into 53 bits. */
    private static final long MAX_SEQ = (1L << 53) - 1;

    private final ConnectionLoop loop;
    /** The apps of which a bind waits to see whether they are: few of each connection, and one bind of each. */
    private final Map<Connection, Set<String>> awaitedApps = new HashMap<>();

    BindRequests(ConnectionLoop loop) {
        this.loop = loop;
    }

    void onBind(Connection connection, Bind bind) {
        bind(connection, bind, true);
    }

    /** @param mayWait for its app to become known, once */
    private void bind(Connection connection, Bind bind, boolean mayWait) {
        if (connection.binding(bind.getBinding()) != null) {
            connection.refuse(
                    ErrorCode.BINDING_IN_USE,
                    "binding: " + Integer.toUnsignedString(bind.getBinding()) + " is in use",
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
        connection.chargeFor(code);
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

    /** Returns the app; fails where there is none, or none that is served. */
    static App served(@Nullable App app, String id) {
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
}
