package io.hawser.center.message;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The bounds of what a send may carry. */
final class Checks {
    private static final int MAX_KEY_BYTES = 64;
    private static final int MAX_HEADERS = 16;
    private static final int MAX_HEADER_VALUE_BYTES = 256;
    private static final long MILLIS = 1_000;

    private Checks() {}

    /** Returns the life of a message in milliseconds: as asked, or the app's default. */
    static long ttlMillis(boolean given, Duration asked, App app) {
        if (!given) {
            return app.getDefaultTtlSeconds() * MILLIS;
        }
        if (!Durations.isValid(asked)
                || asked.getSeconds() < 1
                || Durations.toMillis(asked) > app.getMaxTtlSeconds() * MILLIS) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "ttl: " + shown(asked) + " (expected: 1s to " + app.getMaxTtlSeconds() + "s)");
        }
        return Durations.toMillis(asked);
    }

    static String shortKey(String name, String key) {
        int bytes = bytes(key);
        if (bytes > MAX_KEY_BYTES) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    name + ": " + bytes + " bytes (expected: at most " + MAX_KEY_BYTES + ")");
        }
        return key;
    }

    static Map<String, String> headers(Map<String, String> headers) {
        if (headers.size() > MAX_HEADERS) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "headers: " + headers.size() + " pairs (expected: at most " + MAX_HEADERS + ")");
        }
        headers.forEach(Checks::header);
        return headers;
    }

    private static void header(String key, String value) {
        if (key.isEmpty()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "headers: an empty key (expected: 1 to " + MAX_KEY_BYTES + " bytes)");
        }
        shortKey("headers: a key", key);
        int bytes = bytes(value);
        if (bytes > MAX_HEADER_VALUE_BYTES) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "headers." + key + ": " + bytes + " bytes (expected: at most " + MAX_HEADER_VALUE_BYTES + ")");
        }
    }

    private static String shown(Duration duration) {
        return Durations.isValid(duration) ? Durations.toString(duration) : duration.getSeconds() + "s";
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
