package io.hawser.center.message;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.hawser.center.http.RequestId;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a send has from the request that brought it.
 *
 * @param requestId the request's own id
 * @param headerKey of the header Idempotency-Key; empty: none
 * @param nowMs when it came, wall time in milliseconds
 */
public record Origin(String requestId, String headerKey, long nowMs) {
    private static final AsciiString IDEMPOTENCY_KEY = AsciiString.cached("idempotency-key");
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]+");

    public static Origin of(ServiceRequestContext context, long nowMs) {
        List<String> keys = context.request().headers().getAll(IDEMPOTENCY_KEY);
        return new Origin(RequestId.of(context), keys.isEmpty() ? "" : headerKey(keys), nowMs);
    }

    /** Bytes of a header have no encoding that all agree on, but for those of ASCII. */
    private static String headerKey(List<String> keys) {
        String key = keys.getFirst();
        if (keys.size() > 1) {
            throw refusal("Idempotency-Key: " + keys.size() + " of them (expected: one)");
        }
        if (!PRINTABLE.matcher(Checks.shortKey("Idempotency-Key", key)).matches()) {
            throw refusal("Idempotency-Key: " + (key.isEmpty() ? "empty" : key)
                    + " (expected: 1 to 64 printable characters of ASCII; others in the field idempotency_key)");
        }
        return key;
    }

    /** Returns the caller's key, from the field or the header; empty: none. */
    String key(String field) {
        if (!field.isEmpty() && !headerKey.isEmpty() && !field.equals(headerKey)) {
            throw refusal("idempotency_key: " + field + " (expected: that of the header)");
        }
        return field.isEmpty() ? headerKey : field;
    }

    private static HawserException refusal(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
