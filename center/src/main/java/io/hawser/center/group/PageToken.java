package io.hawser.center.group;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.v1.UserGroup;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.Base64;

/**
 * The last entry of a page, in a form that callers hand back: where the next one begins. What they need not understand, and
 * would break on, is not spelled out.
 */
final class PageToken {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private PageToken() {}

    /** Of two names that order a list: a member's user and device, a user's group and device. */
    static String of(String first, String second) {
        UserGroup position =
                UserGroup.newBuilder().setGroup(first).setDevice(second).build();
        return ENCODER.encodeToString(position.toByteArray());
    }

    /** Returns where a page begins; the first page where {@code token} is empty. */
    static Position read(String token) {
        if (token.isEmpty()) {
            return new Position("", "");
        }
        try {
            UserGroup position = UserGroup.parseFrom(Base64.getUrlDecoder().decode(token));
            if (of(position.getGroup(), position.getDevice()).equals(token)) {
                return new Position(position.getGroup(), position.getDevice());
            }
        } catch (IllegalArgumentException | InvalidProtocolBufferException malformed) {
            // Refused below.
        }
        throw HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, "page_token: " + token + " (expected: next_page_token of a page before)");
    }

    /** @param first empty: the beginning */
    record Position(String first, String second) {
        boolean isStart() {
            return first.isEmpty();
        }
    }
}
