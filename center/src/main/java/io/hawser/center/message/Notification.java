package io.hawser.center.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.hawser.api.v1.Notify;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a NOTIFY message carries, and what is pulled for it. Valid by construction.
 *
 * @param hint text in UTF-8, the message's own body
 * @param key what the body is pulled by, 1 to 64 bytes
 * @param pullWithinMs each client draws its moment from so long
 * @param body to be stored before the message; null: the app's own server has it
 */
public record Notification(
        ByteString hint,
        String key,
        int pullWithinMs,
        @Nullable Body body) {
    /** Largest body that is kept here. */
    public static final int MAX_BODY_BYTES = 1 << 20;

    private static final Duration MAX_PULL_WITHIN = Durations.fromHours(1);
    /** A client that was told at the last moment has so long to pull, with all its retries. */
    private static final long GRACE_MS = 3_600_000;

    /**
     * Returns what was asked for.
     *
     * @param body as given; null: none
     * @param defaultKey for callers who gave none
     * @throws HawserException INVALID_ARGUMENT, BODY_TOO_LARGE
     */
    public static Notification of(Notify asked, @Nullable Body body, App app, Supplier<String> defaultKey) {
        String key = Checks.shortKey("notify.key", asked.getKey());
        if (asked.getBodyElsewhere()) {
            requireNone(key, body);
        } else {
            Body.required(body).within(MAX_BODY_BYTES);
        }
        return new Notification(hint(asked, app), key.isEmpty() ? defaultKey.get() : key, pullWithinMs(asked), body);
    }

    /** Puts this into a message, as its body and what is told besides. */
    public void describe(Content.Builder content) {
        content.setBody(hint)
                .setText(true)
                .setKey(key)
                .setPullWithinMs(pullWithinMs)
                .setBodyElsewhere(body == null);
    }

    /** Until when the body is kept, by when the message ends. */
    public long bodyExpiresMs(long messageExpiresMs) {
        return messageExpiresMs + pullWithinMs + GRACE_MS;
    }

    private static void requireNone(String key, @Nullable Body body) {
        if (body != null) {
            throw refusal("body: set (expected: none, with notify.body_elsewhere)");
        }
        if (key.isEmpty()) {
            throw refusal("notify.key: empty (expected: 1 to 64 bytes, with notify.body_elsewhere)");
        }
    }

    private static ByteString hint(Notify asked, App app) {
        ByteString hint = asked.getHintBytes();
        if (hint.size() > app.getMaxBodyBytes()) {
            throw HawserException.refusal(
                    ErrorCode.BODY_TOO_LARGE,
                    "notify.hint: " + hint.size() + " bytes (expected: at most " + app.getMaxBodyBytes() + ")");
        }
        return hint;
    }

    private static int pullWithinMs(Notify asked) {
        Duration within = asked.getPullWithin();
        if (!Durations.isValid(within)
                || Durations.isNegative(within)
                || Durations.compare(within, MAX_PULL_WITHIN) > 0) {
            throw refusal("notify.pull_within: " + within.getSeconds() + "s (expected: 0s to "
                    + MAX_PULL_WITHIN.getSeconds() + "s)");
        }
        return (int) Durations.toMillis(within);
    }

    private static HawserException refusal(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
