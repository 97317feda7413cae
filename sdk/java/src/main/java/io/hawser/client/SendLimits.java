package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.HawserException;
import java.util.Collection;

/**
 * What fits into a frame to a room. A room answers a larger one by closing the connection: what is sent until it is
 * answered would do so for ever.
 */
final class SendLimits {
    /** The rest of a frame is for route, correlation and numbers. */
    static final int MAX_BODY_BYTES = FrameLimits.MAX_FRAME_BYTES - 256;

    private static final int MAX_GROUPS = 64;

    private SendLimits() {}

    /** @throws HawserException BODY_TOO_LARGE */
    static byte[] check(byte[] body) {
        if (body.length > MAX_BODY_BYTES) {
            throw HawserException.refusal(
                    ErrorCode.BODY_TOO_LARGE,
                    "body: " + body.length + " bytes (expected: at most " + MAX_BODY_BYTES + ")");
        }
        return body;
    }

    /** @throws HawserException INVALID_ARGUMENT for a name that is none, or more than an endpoint may have */
    static void check(Collection<String> groups) {
        if (groups.size() > MAX_GROUPS) {
            throw ClientSettings.invalid("groups: " + groups.size() + " (expected: at most " + MAX_GROUPS + ")");
        }
        groups.forEach(group -> ClientSettings.bounded("group", group));
    }
}
