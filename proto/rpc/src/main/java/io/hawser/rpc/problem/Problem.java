package io.hawser.rpc.problem;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * A problem document: what an HTTP answer says instead of a result (RFC 9457).
 *
 * @param type a URI that names the kind of problem: {@code urn:hawser:error:NOT_FOUND}
 * @param title what the kind means, the same in each occurrence
 * @param status the HTTP status, 400 to 599
 * @param detail what was wrong this time, for a person
 * @param code the same kind, for a program
 */
public record Problem(String type, String title, int status, String detail, ErrorCode code) {
    /** Content type of a problem in JSON. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE_PREFIX = "urn:hawser:error:";

    public Problem {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
        }
    }

    public static Problem of(ErrorCode code, String detail) {
        return of(code, code.httpStatus(), detail);
    }

    /** Returns a problem whose status says more than its code: 405, 406, 431. */
    public static Problem of(ErrorCode code, int status, String detail) {
        return new Problem(TYPE_PREFIX + code.name(), code.meaning(), status, detail, code);
    }

    public static Problem of(HawserException refusal) {
        String message = refusal.getMessage();
        return of(refusal.code(), message == null ? refusal.code().meaning() : message);
    }

    /** Returns the document as one line of JSON. */
    public String toJson() {
        StringBuilder json = new StringBuilder(160 + detail.length());
        json.append("{\"type\":");
        JsonText.quote(type, json);
        json.append(",\"title\":");
        JsonText.quote(title, json);
        json.append(",\"status\":").append(status).append(",\"detail\":");
        JsonText.quote(detail, json);
        json.append(",\"code\":");
        JsonText.quote(code.name(), json);
        return json.append('}').toString();
    }
}
