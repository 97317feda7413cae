package io.hawser.center.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import org.jspecify.annotations.Nullable;

/** Says in the API's words what the transcoder between JSON and gRPC found wrong. */
final class Transcoding {
    private static final String NOT_A_NUMBER = "For input string: ";

    private Transcoding() {}

    static String detail(@Nullable Throwable cause, String otherwise) {
        for (Throwable one = cause; one != null; one = one.getCause()) {
            if (one instanceof JsonProcessingException malformed) {
                return malformed(malformed);
            }
            String message = one.getMessage();
            if (one instanceof NumberFormatException && message != null && message.startsWith(NOT_A_NUMBER)) {
                return "path or query: " + message.substring(NOT_A_NUMBER.length()) + " (expected: a number)";
            }
            if (message != null && message.startsWith("Unexpected JSON")) {
                return "body: something else (expected: a JSON object)";
            }
        }
        return cause == null || cause.getMessage() == null ? otherwise : cause.getMessage();
    }

    static String malformed(JsonProcessingException failure) {
        JsonLocation where = failure.getLocation();
        String at = where == null ? "" : " at line " + where.getLineNr() + ", column " + where.getColumnNr();
        return "body: malformed JSON" + at + " (expected: a JSON object)";
    }
}
