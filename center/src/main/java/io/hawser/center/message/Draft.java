package io.hawser.center.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.hawser.api.v1.BatchSendRequest;
import io.hawser.api.v1.Qos;
import io.hawser.api.v1.SendRequest;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import java.util.Map;

/**
 * A message that may be sent: all but whom to. Valid by construction, and the same for all users of a batch, so that it
 * is encoded once.
 *
 * @param requestId the caller's idempotency key, or the request's own id; the id of the message, too
 * @param keyed the caller gave the key
 * @param bodyHash over all that the caller asked for, but the target
 * @param content a serialised {@link Content}
 * @param expiresMs wall time in milliseconds; 0 in a TRANSIENT one
 */
record Draft(
        App app,
        boolean isTransient,
        String requestId,
        boolean keyed,
        BodyHash bodyHash,
        ByteString content,
        long expiresMs,
        String collapseKey) {
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
                        request.getHeadersMap()),
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
                        request.getHeadersMap()),
                origin);
    }

    private static Draft of(App app, Wishes wishes, Origin origin) {
        boolean isTransient = isTransient(wishes.qos);
        if (isTransient) {
            wishes.refuseWhatIsForStoredOnes();
        }
        Body body = wishes.body.within(app.getMaxBodyBytes());
        long ttlMs = Checks.ttlMillis(wishes.hasTtl, wishes.ttl, app);
        String collapseKey = Checks.shortKey("collapse_key", wishes.collapseKey);
        Map<String, String> headers = Checks.headers(wishes.headers);
        String key = origin.key(Checks.shortKey("idempotency_key", wishes.idempotencyKey));
        String requestId = key.isEmpty() ? origin.requestId() : key;
        long expiresMs = isTransient ? 0 : origin.nowMs() + ttlMs;
        ByteString content = Content.newBuilder()
                .setId(requestId)
                .setQos(isTransient ? io.hawser.wire.v1.Qos.TRANSIENT : io.hawser.wire.v1.Qos.DURABLE)
                .setBody(body.bytes())
                .setText(body.text())
                .setSentMs(origin.nowMs())
                .setExpiresMs(expiresMs)
                .setCollapseKey(collapseKey)
                .putAllHeaders(headers)
                .build()
                .toByteString();
        BodyHash hash = BodyHash.of(isTransient, body, wishes.hasTtl ? ttlMs : -1, collapseKey, headers);
        return new Draft(app, isTransient, requestId, !key.isEmpty(), hash, content, expiresMs, collapseKey);
    }

    private static boolean isTransient(Qos qos) {
        return switch (qos) {
            case TRANSIENT -> true;
            case DURABLE, QOS_UNSPECIFIED -> false;
            case UNRECOGNIZED ->
                throw HawserException.refusal(
                        ErrorCode.INVALID_ARGUMENT, "qos: an unknown number (expected: TRANSIENT or DURABLE)");
        };
    }

    /** What a caller asked for, of one user or of many. */
    private record Wishes(
            Qos qos,
            Body body,
            boolean hasTtl,
            Duration ttl,
            String collapseKey,
            String idempotencyKey,
            Map<String, String> headers) {
        void refuseWhatIsForStoredOnes() {
            if (hasTtl || !collapseKey.isEmpty()) {
                throw HawserException.refusal(
                        ErrorCode.INVALID_ARGUMENT,
                        (hasTtl ? "ttl" : "collapse_key") + ": set (expected: none, as TRANSIENT is never stored)");
            }
        }
    }
}
