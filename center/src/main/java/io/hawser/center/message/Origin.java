package io.hawser.center.message;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.hawser.center.http.RequestId;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.netty.util.AsciiString;

/**
 * What a send has from the request that brought it.
 *
 * @param requestId the request's own id
 * @param headerKey of the header Idempotency-Key; empty: none
 * @param nowMs when it came, wall time in milliseconds
 */
record Origin(String requestId, String headerKey, long nowMs) {
    private static final AsciiString IDEMPOTENCY_KEY = AsciiString.cached("idempotency-key");

    static Origin of(ServiceRequestContext context, long nowMs) {
        String key = context.request().headers().get(IDEMPOTENCY_KEY, "");
        return new Origin(RequestId.of(context), Checks.shortKey("Idempotency-Key", key), nowMs);
    }

    /** Returns the caller's key, from the field or the header; empty: none. */
    String key(String field) {
        if (!field.isEmpty() && !headerKey.isEmpty() && !field.equals(headerKey)) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "idempotency_key: " + field + " (expected: that of the header)");
        }
        return field.isEmpty() ? headerKey : field;
    }
}
