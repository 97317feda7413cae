package io.hawser.rpc.id;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** A group (topic) of an app: 1 to 64 bytes of UTF-8, without control characters and {@code *}. */
public record GroupName(String value) {
    public GroupName {
        Limits.bounded("group", value, Limits.ID_BYTES);
        value.codePoints().filter(GroupName::isForbidden).findFirst().ifPresent(GroupName::refuse);
    }

    private static boolean isForbidden(int c) {
        return c == '*' || Character.isISOControl(c);
    }

    private static void refuse(int c) {
        throw HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT,
                "group: has U+%04X (expected: no control characters and no '*')".formatted(c));
    }

    @Override
    public String toString() {
        return value;
    }
}
