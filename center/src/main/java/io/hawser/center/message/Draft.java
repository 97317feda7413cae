package io.hawser.center.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.hawser.api.v1.BatchSendRequest;
import io.hawser.api.v1.Notify;
import io.hawser.api.v1.Qos;
import io.hawser.api.v1.SendRequest;
import io.hawser.rpc.directory.MaxTtl;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that may be sent: all but whom to. Valid by construction, and the same for all users of a batch, so that it
 * is encoded once.
 *
 * @param requestId the caller's idempotency key, or the request's own id; the id of the message, too
 * @param keyed the caller gave the key
 * @param bodyHash over all that the caller asked for, but the target
 * @param content a serialised {@link Content}
 * @param expiresMs wall time in milliseconds; 0 in a TRANSIENT one
 * @param notification of a NOTIFY, whose body is to be stored before; null in any other
 */
public record Draft(
        App app,
        boolean isTransient,
        String requestId,
        boolean keyed,
        BodyHash bodyHash,
        ByteString content,
        long expiresMs,
        String collapseKey,
        @Nullable Notification notification) {
    static Draft of(SendRequest request, App app, Origin origin) {
        return of(
                app,
                new Wishes(
                        request.getQos(),
                        Body.of(request),
                        request.hasTtl(),
                        request.getTtl(),
                        request.getCollapseKey(),
                        request.getIdempotencyKey(),
                        request.getHeadersMap(),
                        request.hasNotify() ? request.getNotify() : null),
                origin);
    }

    static Draft of(BatchSendRequest request, App app, Origin origin) {
        return of(
                app,
                new Wishes(
                        request.getQos(),
                        Body.of(request),
                        request.hasTtl(),
                        request.getTtl(),
                        request.getCollapseKey(),
                        request.getIdempotencyKey(),
                        request.getHeadersMap(),
                        request.hasNotify() ? request.getNotify() : null),
                origin);
    }

    /**
     * Returns what is asked for, checked by the app's bounds.
     *
     * @throws HawserException INVALID_ARGUMENT, BODY_TOO_LARGE
     */
    public static Draft of(App app, Wishes wishes, Origin origin) {
        wishes.refuseWhatDoesNotFit();
        boolean isTransient = wishes.qos == Qos.TRANSIENT;
        long ttlMs = Checks.ttlMillis(wishes.hasTtl, wishes.ttl, app);
        String collapseKey = Checks.shortKey("collapse_key", wishes.collapseKey);
        Checks.headers(wishes.headers);
        String key = origin.key(Checks.shortKey("idempotency_key", wishes.idempotencyKey));
        String requestId = key.isEmpty() ? origin.requestId() : key;
        long expiresMs = isTransient ? 0 : origin.nowMs() + ttlMs;
        Notify asked = wishes.asked;
        BodyHash hash = wishes.hash(isTransient, wishes.hasTtl ? ttlMs : -1);
        Notification notification =
                asked == null ? null : Notification.of(asked, wishes.body, app, () -> hash.key(requestId));
        Content.Builder content = Content.newBuilder()
                .setId(requestId)
                .setQos(wireQos(wishes.qos))
                .setSentMs(origin.nowMs())
                .setExpiresMs(expiresMs)
                .setCollapseKey(collapseKey)
                .putAllHeaders(wishes.headers);
        if (notification == null) {
            Body body = Body.required(wishes.body).within(app.getMaxBodyBytes());
            content.setBody(body.bytes()).setText(body.text());
        } else {
            notification.describe(content);
        }
        return new Draft(
                app,
                isTransient,
                requestId,
                !key.isEmpty(),
                hash,
                content.build().toByteString(),
                expiresMs,
                collapseKey,
                notification);
    }

    /** Returns a message as it was accepted before, to be stored under a request id of its own. */
    public static Draft ofStored(App app, String requestId, ByteString content, long expiresMs, String collapseKey) {
        return new Draft(
                app, false, requestId, true, BodyHash.ofContent(content), content, expiresMs, collapseKey, null);
    }

    /**
     * Returns a message that was accepted before, to be stored anew under a request id of its own: it lives as long as it
     * did, from now on, but no longer than the app's messages may by now, and takes no other's place. A NOTIFY whose body is kept here lives no longer than that.
     *
     * @throws HawserException FAILED_PRECONDITION where that body is gone
     */
    public static Draft again(App app, String requestId, Content content, long nowMs) {
        long expiresMs = expiryAgain(app, content, nowMs);
        Content anew =
                content.toBuilder().setExpiresMs(expiresMs).clearCollapseKey().build();
        BodyHash hash = BodyHash.ofContent(content.toByteString());
        return new Draft(app, false, requestId, true, hash, anew.toByteString(), expiresMs, "", null);
    }

    private static long expiryAgain(App app, Content content, long nowMs) {
        long before = content.getExpiresMs();
        long most = MaxTtl.seconds(app) * 1_000L;
        if (before == 0) {
            return nowMs + most;
        }
        if (content.getQos() != io.hawser.wire.v1.Qos.NOTIFY || content.getBodyElsewhere()) {
            return nowMs + Math.min(before - content.getSentMs(), most);
        }
        if (before <= nowMs) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    "message: NOTIFY, of a body that is kept no longer (expected: one that has not expired)");
        }
        return Math.min(before, nowMs + most);
    }

    private static io.hawser.wire.v1.Qos wireQos(Qos qos) {
        return switch (qos) {
            case TRANSIENT -> io.hawser.wire.v1.Qos.TRANSIENT;
            case DURABLE, QOS_UNSPECIFIED -> io.hawser.wire.v1.Qos.DURABLE;
            case NOTIFY -> io.hawser.wire.v1.Qos.NOTIFY;
            case UNRECOGNIZED ->
                throw HawserException.refusal(
                        ErrorCode.INVALID_ARGUMENT, "qos: an unknown number (expected: TRANSIENT, DURABLE or NOTIFY)");
        };
    }

    /** What a caller asked for, of one user or of many. */
    public record Wishes(
            Qos qos,
            @Nullable Body body,
            boolean hasTtl,
            Duration ttl,
            String collapseKey,
            String idempotencyKey,
            Map<String, String> headers,
            @Nullable Notify asked) {
        void refuseWhatDoesNotFit() {
            var _ = wireQos(qos);
            if (qos == Qos.TRANSIENT && (hasTtl || !collapseKey.isEmpty())) {
                throw refusal(
                        (hasTtl ? "ttl" : "collapse_key") + ": set (expected: none, as TRANSIENT is never stored)");
            }
            if (qos == Qos.NOTIFY && asked == null) {
                throw refusal("notify: missing (expected: set, with qos NOTIFY)");
            }
            if (qos != Qos.NOTIFY && asked != null) {
                throw refusal("notify: set (expected: none, but with qos NOTIFY)");
            }
        }

        BodyHash hash(boolean isTransient, long ttlMs) {
            Body hashed = body == null ? new Body(ByteString.EMPTY, false) : body;
            BodyHash hash = BodyHash.of(isTransient, hashed, ttlMs, collapseKey, headers);
            return asked == null ? hash : hash.notifying(asked);
        }

        private static HawserException refusal(String message) {
            return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
        }
    }
}
